// SPDX-License-Identifier: MIT
// Tests of how long a call holds the loop. Time that a busy machine takes away is not counted.
#include "check_case.hpp"
#include "scenario.hpp"
#include "sleep_meter.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>

namespace tactus::checker {
namespace {

using testing::test_host;
using testing::test_instance;

// Of one call on the loop: a call as long as this is a fault. A call above TACTUS_CALL_SLOW_NS,
// which the daemon counts, is a fault only if it occurs in each life: once, the disk may have
// delayed a page.
constexpr std::int64_t asleep_max_ns = 45'000'000;
constexpr std::int64_t running_max_ns = 500'000'000;
// Of the quickest send on the loop: send must return within microseconds.
constexpr std::int64_t each_asleep_max_ns = 1'000'000;
constexpr int lives = 3;

using times_by_call = std::map<std::string, thread_times>; // the longest

void finish(test_instance& made) {
    if (made.is_running()) {
        made.stop();
    }
    subject::end(made);
}

void call_what_an_output_has(test_instance& made) {
    const tactus_output_0* const output = output_of(made);
    if (output == nullptr || !made.is_running() || (output->flags & TACTUS_OUT_MAY_BLOCK) != 0) {
        return;
    }
    if (output->flush != nullptr) {
        made.host.call_plugin("flush", [&] { output->flush(made.plugin(), 1); });
    }
    if (output->want_port != nullptr) {
        const tactus_str name{"10.0.0.7:9000", 13};
        made.host.call_plugin("want_port",
                              [&] { static_cast<void>(output->want_port(made.plugin(), name)); });
    }
    made.host.settle();
}

times_by_call live_measured(subject& plugin) {
    sleep_meter meter;
    times_by_call longest;
    std::string current;
    const auto watch = [&](test_host& host) {
        host.calling = [&](const char* call) {
            plugin.note_call(call);
            if (call != nullptr) {
                current = call;
                meter.start();
                return;
            }
            const thread_times took = meter.stop();
            thread_times& most = longest[current];
            most.asleep_ns = std::max(most.asleep_ns, took.asleep_ns);
            most.running_ns = std::max(most.running_ns, took.running_ns);
        };
    };
    const auto made = plugin.make(watch);
    static_cast<void>(made->start());
    live(*made);
    call_what_an_output_has(*made);
    finish(*made);
    for (const char* elsewhere : {"work", "send"}) {
        longest.erase(elsewhere);
    }
    return longest;
}

void leave_the_loop_free(subject& plugin) {
    times_by_call least; // of the lives
    for (int i = 0; i < lives; ++i) {
        for (const auto& [call, took] : live_measured(plugin)) {
            require(took.asleep_ns <= asleep_max_ns && took.running_ns <= running_max_ns,
                    call + " holds the loop: it slept for " +
                        std::to_string(took.asleep_ns / 1'000'000) + " ms, and computed for " +
                        std::to_string(took.running_ns / 1'000'000) +
                        " ms. Use waits, or exec.work.");
            const auto known = least.try_emplace(call, took).first;
            known->second.asleep_ns = std::min(known->second.asleep_ns, took.asleep_ns);
        }
    }
    for (const auto& [call, took] : least) {
        require(took.asleep_ns <= TACTUS_CALL_SLOW_NS,
                call + " holds the loop: in each life it slept for " +
                    std::to_string(took.asleep_ns / 1'000'000) +
                    " ms, and the daemon counts a call above 10 ms. Use waits, or exec.work.");
    }
}

void send_without_sleep(subject& plugin) {
    const auto made = plugin.start();
    const tactus_output_0* const output = output_of(*made);
    if ((output->flags & TACTUS_OUT_MAY_BLOCK) != 0) {
        skip("Its send may block.");
    }
    std::int64_t asleep_ns = 0;
    std::int64_t least_ns = std::numeric_limits<std::int64_t>::max();
    for (int round = 0; round < rounds && made->is_running(); ++round) {
        stimulate(made->host, round);
        made->host.settle();
        sleep_meter meter;
        meter.start();
        if (!made->is_running()) {
            break;
        }
        static_cast<void>(made->send(events_for(*made, 8)));
        const std::int64_t took_ns = meter.stop().asleep_ns;
        asleep_ns = std::max(asleep_ns, took_ns);
        least_ns = std::min(least_ns, took_ns);
    }
    finish(*made);
    require(asleep_ns <= TACTUS_CALL_SLOW_NS,
            "send slept for " + std::to_string(asleep_ns / 1'000'000) +
                " ms on the loop. Declare TACTUS_OUT_MAY_BLOCK, or do not wait.");
    require(least_ns <= each_asleep_max_ns || least_ns == std::numeric_limits<std::int64_t>::max(),
            "Each send slept on the loop, for " + std::to_string(least_ns / 1'000) +
                " us and more. Declare TACTUS_OUT_MAY_BLOCK, or do not wait.");
}

constexpr std::array cases = std::to_array<check_case>({
    {"loop-free", "No call holds the loop.", scope::instance, &leave_the_loop_free},
    {"send-free", "send on the loop does not sleep.", scope::output, &send_without_sleep},
});

} // namespace

std::span<const check_case> time_cases() {
    return cases;
}

} // namespace tactus::checker
