// SPDX-License-Identifier: MIT
// The receiver's view of whatever stands between two UDP ports: OSC goes in, and each message is
// looked for at the other end, where the kernel stamps it. Timed messages (--ahead_ms above 0) are
// bundles with a time tag, and late is the stamp minus that; others are late by their transit.
//   --to PORT --listen PORT --rate EVENTS/S --seconds N --ahead_ms N --random 0|1
//   --websocket 0|1   speaks to --to as a browser does to Strudel's bridge, JSON in frames
#include "bench/datagrams.hpp"
#include "bench/measure.hpp"
#include "bench/websocket.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <random>
#include <thread>

namespace {

using namespace tactus::bench;

constexpr std::size_t window = 1 << 20; // events under way at most, a power of two
constexpr std::int64_t step_ns = 5'000'000;
constexpr int patience_ms = 100;
constexpr std::int64_t grace_ns = 1'000'000'000; // for the last ones, after the last due time

// When each event is due, and whether it came; a ring over the last `window` numbers.
struct expected {
    // Written by the sender before the event leaves, read by the receiver once it has come back:
    // the sockets between them order the two. Exchanged to 0 by whoever finds it first.
    std::vector<std::atomic<std::int64_t>> due_unix_ns =
        std::vector<std::atomic<std::int64_t>>(window);
    [[nodiscard]] std::atomic<std::int64_t>& of(std::uint32_t number) {
        return due_unix_ns[number % window];
    }
};

struct plan {
    double rate;
    std::int64_t duration_ns;
    std::int64_t ahead_ns;
    bool is_random;
};

class door {
public:
    door(std::uint16_t to, std::uint16_t listen, bool is_websocket) : out_(0), listen_(listen) {
        if (is_websocket) {
            browser_.emplace(to);
        } else {
            out_.connect(to);
        }
    }
    void send(std::uint32_t number, std::int64_t due_unix_ns, bool is_timed) {
        if (browser_) {
            browser_->send_json("{\"address\":\"/synth/on\",\"args\":[{\"type\":\"i\",\"value\":" +
                                std::to_string(number) + "}],\"host\":\"127.0.0.1\",\"port\":" +
                                std::to_string(listen_) + "}");
        } else if (is_timed) {
            std::array<std::uint8_t, bundle_size> bytes{};
            write_bundle(bytes, number, due_unix_ns);
            out_.send(bytes);
        } else {
            std::array<std::uint8_t, message_size> bytes{};
            write_message(bytes, number);
            out_.send(bytes);
        }
    }

private:
    udp_end out_;
    std::uint16_t listen_;
    std::optional<websocket> browser_;
};

// Sends by the plan; how many. Timed ones leave in steps, so that the sender wakes seldom.
std::uint32_t send_all(const plan& wanted, door& out, expected& events) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> spread(0.4, 1.6);
    const std::int64_t offset_ns = unix_ns() - now_ns();
    const std::int64_t begin_ns = now_ns() + step_ns + wanted.ahead_ns;
    const bool is_timed = wanted.ahead_ns > 0;
    double due_ns = static_cast<double>(begin_ns);
    std::uint32_t number = 0;
    while (due_ns < static_cast<double>(begin_ns + wanted.duration_ns)) {
        const auto due = static_cast<std::int64_t>(due_ns);
        const std::int64_t leave_ns = due - wanted.ahead_ns;
        if (now_ns() < leave_ns) {
            sleep_until_ns(is_timed ? leave_ns + step_ns : leave_ns);
        }
        const std::int64_t due_unix_ns = is_timed ? due + offset_ns : unix_ns();
        events.of(number).store(due_unix_ns, std::memory_order_relaxed);
        out.send(number, due_unix_ns, is_timed);
        ++number;
        due_ns += 1e9 / wanted.rate * (wanted.is_random ? spread(random) : 1.0);
    }
    return number;
}

struct found {
    std::vector<std::int64_t> late_ns;
    std::uint64_t unknown = 0; // doubles, and what nobody sent
    std::int64_t first_ns = 0;
    std::int64_t last_ns = 0;
};

void receive(udp_end& in, expected& events, const std::atomic<bool>& is_over, found& all) {
    const auto take = [&](std::span<const std::uint8_t> packet, std::int64_t stamp_ns) {
        for_each_number(packet, [&](std::uint32_t number) {
            const std::int64_t due_ns = events.of(number).exchange(0, std::memory_order_relaxed);
            if (due_ns == 0) {
                ++all.unknown;
                return;
            }
            all.late_ns.push_back(stamp_ns - due_ns);
            all.first_ns = all.first_ns == 0 ? stamp_ns : all.first_ns;
            all.last_ns = stamp_ns;
        });
    };
    while (!is_over.load(std::memory_order_relaxed)) {
        in.receive(patience_ms, take);
    }
}

} // namespace

int main(int count, char** words) {
    const arguments given(count, words,
                          {{"to", 0},
                           {"listen", 0},
                           {"rate", 400},
                           {"seconds", 5},
                           {"ahead_ms", 0},
                           {"random", 1},
                           {"websocket", 0}});
    const plan wanted{given.number("rate"),
                      static_cast<std::int64_t>(given.number("seconds") * 1e9),
                      given.whole("ahead_ms") * 1'000'000, given.whole("random") != 0};
    const auto listen = static_cast<std::uint16_t>(given.whole("listen"));
    udp_end in(listen);
    door out(static_cast<std::uint16_t>(given.whole("to")), listen, given.whole("websocket") != 0);
    expected events;
    found all;
    std::atomic<bool> is_over{false};
    std::thread receiver([&] { receive(in, events, is_over, all); });
    refuse_timer_slack();
    const std::uint32_t sent = send_all(wanted, out, events);
    sleep_until_ns(now_ns() + wanted.ahead_ns + grace_ns);
    is_over.store(true, std::memory_order_relaxed);
    receiver.join();

    answer result;
    const auto arrived = static_cast<double>(all.late_ns.size());
    result.add("sent", sent);
    result.add("lost", sent - arrived);
    result.add("unknown", static_cast<double>(all.unknown));
    result.add("rate",
               arrived * 1e9 /
                   static_cast<double>(std::max<std::int64_t>(all.last_ns - all.first_ns, 1)));
    result.add_spread("late", all.late_ns);
    result.print();
    return 0;
}
