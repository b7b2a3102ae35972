// SPDX-License-Identifier: MIT
// `tactus replay FILE`: plays a recording or a Standard MIDI File through the running daemon. Sends
// the events a moment ahead over the control socket; the daemon sends each when it is due. When the
// connection ends, the daemon takes back the waiting events and ends the sounding notes. Therefore
// Ctrl-C needs no code here.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/connect.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/cli/replay_plan.hpp"
#include "kernel/cli/view_text.hpp"
#include "kernel/control/play_events.hpp"
#include "kernel/control/socket_folder.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tactus::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::int64_t lead_ns = 200'000'000;    // until the first event, for the way
constexpr std::int64_t ahead_ns = 1'000'000'000; // how early events are sent
constexpr std::int64_t pause_ns = 250'000'000;   // between two looks at what to send
constexpr std::int64_t after_ns = 100'000'000;   // for the last one to leave
constexpr std::int64_t loop_min_ns = 10'000'000; // a shorter one would be a flood
constexpr std::size_t batch_max = 40'000;        // bytes of a request's events, about
constexpr std::uint64_t shown_max = 5;           // refused events that are shown one by one

class replaying {
public:
    replaying(control::client& daemon, const replay_plan& plan) : daemon_(daemon), plan_(plan) {}

    // Plays it once, or again and again. Returns false if the daemon does not answer; it has said
    // so then.
    [[nodiscard]] bool run(bool is_loop) {
        if (!send({})) { // the daemon's time begins
            return false;
        }
        std::int64_t begin_ns = lead_ns;
        do {
            for (std::size_t next = 0; next < plan_.events.size();) {
                if (!send_due(begin_ns, next)) {
                    return false;
                }
            }
            begin_ns += std::max(plan_.length_ns, loop_min_ns);
        } while (is_loop);
        sleep_until(begin_ns + after_ns);
        return true;
    }

    [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
    [[nodiscard]] int code() const noexcept { return code_; } // if run() has failed

private:
    // Sends what is due soon, or waits a moment.
    bool send_due(std::int64_t begin_ns, std::size_t& next) {
        std::string list = "[";
        const std::size_t first = next;
        while (next < plan_.events.size() && list.size() < batch_max) {
            control::play_event one = plan_.events[next];
            one.at_ns += begin_ns;
            if (one.at_ns > now_ns() + ahead_ns ||
                (next > first && list.size() + 2 * one.bytes.size() > batch_max)) {
                break;
            }
            control::append_play_event(list, one);
            ++next;
        }
        if (next == first) {
            const std::int64_t due_ns = plan_.events[next].at_ns + begin_ns;
            sleep_until(std::max(now_ns() + pause_ns, due_ns - ahead_ns));
            return true;
        }
        return send(list + "]");
    }

    // `list`: JSON, or empty.
    bool send(const std::string& list) {
        const std::string params = list.empty() ? "{}" : "{\"events\":" + list + "}";
        const result<std::string, control::rpc_error> answer = daemon_.call("play", params);
        if (!answer) {
            code_ = fail_with(code_of(answer.error()), answer.error().message);
            return false;
        }
        const result<control::play_result> read = control::read_play_result(*answer);
        if (!read) {
            fail_with(exit_failure, read.error().text);
            return false;
        }
        zero_ = steady_clock::now() - nanoseconds(read->now_ns);
        accepted_ += read->accepted;
        for (const control::refused_play& each : read->refused) {
            if (++refused_ <= shown_max) {
                print(stderr, "tactus: an event was not taken: " + each.why + "\n");
            }
        }
        return true;
    }

    // On the daemon's scale.
    [[nodiscard]] std::int64_t now_ns() const noexcept {
        return std::chrono::duration_cast<nanoseconds>(steady_clock::now() - zero_).count();
    }
    void sleep_until(std::int64_t at_ns) const {
        std::this_thread::sleep_until(zero_ + nanoseconds(at_ns));
    }

    control::client& daemon_;
    const replay_plan& plan_;
    steady_clock::time_point zero_;
    std::uint64_t accepted_ = 0;
    std::uint64_t refused_ = 0;
    int code_ = 0;
};

} // namespace

int replay(const replay_options& options) {
    const result<std::string> contents = read_file(options.file);
    if (!contents) {
        return fail_with(exit_failure, options.file + " " + contents.error().text);
    }
    const replay_target to{options.as_input, options.output, options.speed};
    const result<replay_plan> plan = plan_replay(*contents, to);
    if (!plan) {
        return fail_with(exit_failure, options.file + ": " + plan.error().text);
    }
    for (const std::string& each : plan->notes) {
        std::fprintf(stderr, "tactus: %s: %s\n", options.file.c_str(), each.c_str());
    }
    result<control::client> daemon = connect(options.control, control::control_socket);
    if (!daemon) {
        return fail_with(code_of(daemon.error()), daemon.error().text);
    }
    if (!options.control.json) {
        std::printf("Playing %s: %zu events, %s%s.\n", options.file.c_str(), plan->events.size(),
                    duration_text(plan->length_ns).c_str(),
                    options.loop ? ", again and again" : "");
        std::fflush(stdout);
    }
    replaying now(*daemon, *plan);
    if (!now.run(options.loop)) {
        return now.code();
    }
    if (options.control.json) {
        std::string text;
        json_writer(text)
            .begin_object()
            .member("accepted", now.accepted())
            .member("refused", now.refused())
            .end_object();
        std::printf("%s\n", text.c_str());
    } else {
        std::printf("%llu events were taken, %llu were not.\n",
                    static_cast<unsigned long long>(now.accepted()),
                    static_cast<unsigned long long>(now.refused()));
    }
    return now.refused() == 0 ? exit_ok : exit_failure;
}

} // namespace tactus::cli
