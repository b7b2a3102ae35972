// SPDX-License-Identifier: MIT
// `tactus send`: sends one event, and says what became of it. A signal takes back what still waits.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/connect.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/cli/send_text.hpp"
#include "kernel/cli/send_words.hpp"
#include "kernel/control/socket_folder.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace tactus::cli {
namespace {

constexpr double patience_s = 20; // beyond the last due time; the daemon gives up before
constexpr double longest_s = 1'000'000;

std::string number_params(std::int64_t number) {
    return "{\"number\":" + std::to_string(number) + "}";
}

constexpr int wake_up = SIGUSR1;

// From now on these signals wait for a signal_watch, which is too late for none of them.
sigset_t block_signals() {
    sigset_t awaited{};
    sigemptyset(&awaited);
    for (const int each : {SIGINT, SIGTERM, SIGHUP, wake_up}) {
        sigaddset(&awaited, each);
    }
    ::pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
    return awaited;
}

// Takes the sending back when a signal comes, while this lives. The second signal ends the program.
class signal_watch {
public:
    // The signals are blocked.
    signal_watch(const control_options& options, std::int64_t number, const sigset_t& awaited)
        : options_(options), number_(number), awaited_(awaited), thread_([this] { watch(); }) {}
    signal_watch(const signal_watch&) = delete;
    signal_watch& operator=(const signal_watch&) = delete;
    ~signal_watch() {
        ::pthread_kill(thread_.native_handle(), wake_up);
        thread_.join();
    }

private:
    void watch() {
        for (bool is_first = true;; is_first = false) {
            int which = 0;
            if (::sigwait(&awaited_, &which) != 0 || which == wake_up) {
                return;
            }
            if (!is_first) {
                ::_exit(128 + which);
            }
            result<control::client> daemon = connect(options_, control::control_socket);
            if (daemon) {
                static_cast<void>(daemon->call("take_back", number_params(number_)));
            }
        }
    }

    const control_options& options_;
    std::int64_t number_;
    sigset_t awaited_;
    std::thread thread_;
};

int wait_for_outcome(const send_options& options, control::client& daemon,
                     const control::send_report& sent, double waits_s, const sigset_t& awaited) {
    const signal_watch watch(options.control, sent.number, awaited);
    const double limit_s = std::min(waits_s + patience_s, longest_s);
    const auto answer = daemon.call("outcome", number_params(sent.number),
                                    static_cast<std::int64_t>(limit_s * 1e9));
    if (!answer) {
        return fail_with(code_of(answer.error()), answer.error().message);
    }
    const result<control::outcome_report> outcome = control::read_outcome(*answer);
    if (!outcome) {
        return fail_with(exit_failure, outcome.error().text);
    }
    if (options.control.json) {
        std::printf("%s\n", answer->c_str());
    } else {
        print(stdout, outcome_text(*outcome));
    }
    return outcome->is_all_sent() ? exit_ok : exit_not_sent;
}

} // namespace

int send(const send_options& options) {
    std::span<const std::string> words(options.words);
    const bool is_as_input = !options.as_input.empty();
    if (!is_as_input && words.empty()) {
        return fail_with(exit_usage, "expected an output, or --as-input INPUT, and an event. "
                                     "See: tactus send --help");
    }
    const std::string place = is_as_input ? options.as_input : words.front();
    const result<send_request> request = read_send(words.subspan(is_as_input ? 0 : 1),
                                                   options.channel, {options.at, options.length});
    if (!request) {
        return fail_with(exit_usage, request.error().text + ". See: tactus send --help");
    }
    std::string params = is_as_input ? "{\"input\":" : "{\"output\":";
    append_json_string(params, place);
    params += "," + request->members + "}";
    result<control::client> daemon = connect(options.control, control::control_socket);
    if (!daemon) {
        return fail_with(code_of(daemon.error()), daemon.error().text);
    }
    const sigset_t awaited = block_signals();
    const auto answer = daemon->call(is_as_input ? "send_as_input" : "send", params);
    if (!answer) {
        const bool is_failed = answer.error().code == control::rpc_code::failed;
        return fail_with(is_failed ? exit_not_sent : code_of(answer.error()),
                         answer.error().message);
    }
    const result<control::send_report> sent = control::read_sending(*answer);
    if (!sent) {
        return fail_with(exit_failure, sent.error().text);
    }
    if (options.control.json) {
        std::printf("%s\n", answer->c_str());
    } else {
        print(stdout, sending_text(*sent));
    }
    std::fflush(stdout);
    const bool is_routed = sent->result.empty() || sent->result == "routed";
    return is_routed ? wait_for_outcome(options, *daemon, *sent, request->waits_s, awaited)
                     : exit_not_sent;
}

} // namespace tactus::cli
