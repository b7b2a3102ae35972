// SPDX-License-Identifier: MIT
// Tests of how it takes the ends of its operations: in another order, canceled, failed, late.
#include "check_case.hpp"
#include "scenario.hpp"

#include <array>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace tactus::checker {
namespace {

using testing::test_host;
using testing::test_instance;

void end_well(test_instance& made, const std::string& after) {
    if (made.is_running()) {
        made.stop();
    }
    require(made.host.stopped.has_value(), after + " it does not call stopped().");
    subject::end(made);
}

void take_newest_first(subject& plugin) {
    const auto made = plugin.make([](test_host& host) { host.completes_newest_first = true; });
    require(made->start() == TACTUS_OK, "It refuses to start.");
    live(*made);
    end_well(*made, "With the newest op done first");
}

void take_any_order(subject& plugin) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        const auto any = [&random](std::size_t n) { return random() % n; };
        const auto made = plugin.make([&any](test_host& host) { host.choose = any; });
        require(made->start() == TACTUS_OK, "It refuses to start.");
        live(*made);
        end_well(*made, "With ops done in the order of seed " + std::to_string(seed));
    }
}

void cancel_all(test_host& host) {
    for (const char* kind : {"timer", "fd", "emit", "recv", "writable", "resolve", "accept",
                             "connect", "read", "write", "stream_writable", "shutdown", "ended"}) {
        host.complete(kind, TACTUS_E_CANCELED, 0);
    }
    host.refuse_by([](std::string_view call, std::uint64_t) -> tactus_status {
        const std::set<std::string_view> not_ops{"post",
                                                 "ports.add",
                                                 "ports.update",
                                                 "ports.remove",
                                                 "ports.resolve",
                                                 "emit",
                                                 "emit.cancel",
                                                 "emit.reject",
                                                 "udp.open",
                                                 "udp.close",
                                                 "udp.send",
                                                 "udp.local",
                                                 "udp.parse",
                                                 "stream.listen",
                                                 "stream.adopt",
                                                 "stream.close",
                                                 "stream.send",
                                                 "stream.refuse",
                                                 "stream.local",
                                                 "stream.peer",
                                                 "emit.end_sender",
                                                 "emit.panic",
                                                 "emit.end_with_instance"};
        return not_ops.count(call) != 0 ? TACTUS_OK : TACTUS_E_CLOSED;
    });
}

// An instance that was cut off, since a call into it hung: plugin.h, at stop.
void take_cancellation_before_stop(subject& plugin) {
    for (int round = 0; round < rounds; ++round) {
        const auto made = plugin.start();
        for (int i = 0; i < round && made->is_running(); ++i) {
            live_one_round(*made, i);
        }
        cancel_all(made->host);
        made->host.settle();
        end_well(*made, "Cut off, with all its ops canceled and new ones refused,");
    }
}

// As the daemon does after the grace time.
void take_cancellation_after_stop(subject& plugin) {
    const auto made = plugin.start();
    live_one_round(*made, 0);
    if (made->is_running()) {
        const tactus_plugin* const raw = made->plugin();
        made->host.call_plugin("stop", [&] { raw->stop(made->plugin()); });
        cancel_all(made->host);
        made->host.await_stopped();
    }
    require(made->host.stopped.has_value(),
            "With all ops canceled after stop, it does not call stopped().");
    subject::end(*made);
}

struct ending {
    const char* kind;
    tactus_status status;
};

// One kind of op ends so, each time it is there.
void end_ops(subject& plugin, std::span<const ending> endings) {
    for (const ending& each : endings) {
        const std::string_view kind = each.kind; // these two end at once, unless they are held
        const auto made = plugin.make([kind](test_host& host) {
            host.is_connect_held = kind == "connect";
            host.is_resolve_held = kind == "resolve";
        });
        require(made->start() == TACTUS_OK, "It refuses to start.");
        for (int round = 0; round < rounds && made->is_running(); ++round) {
            made->host.complete(each.kind, each.status, 0);
            made->host.step();
            live_one_round(*made, round);
        }
        end_well(*made, std::string("After its ") + each.kind + " ended with status " +
                            std::to_string(each.status));
    }
}

void take_failure(subject& plugin) {
    constexpr std::array endings = std::to_array<ending>({
        {"resolve", TACTUS_E_IO},
        {"resolve", TACTUS_E_TIMEOUT},
        {"connect", TACTUS_E_IO},
        {"connect", TACTUS_E_TIMEOUT},
        {"read", TACTUS_E_CLOSED},
        {"read", TACTUS_E_TIMEOUT},
        {"write", TACTUS_E_CLOSED},
        {"stream_writable", TACTUS_E_CLOSED},
        {"shutdown", TACTUS_E_CLOSED},
        {"ended", TACTUS_E_CLOSED},
    });
    end_ops(plugin, endings);
}

void take_unknown_status(subject& plugin) {
    constexpr tactus_status unknown = -1000;
    constexpr std::array endings = std::to_array<ending>(
        {{"resolve", unknown}, {"connect", unknown}, {"read", unknown}, {"write", unknown}});
    end_ops(plugin, endings);
}

void run_late(subject& plugin) {
    constexpr std::int64_t second_ns = 1'000'000'000;
    const auto made = plugin.start();
    for (int round = 0; round < 3 && made->is_running(); ++round) {
        stimulate(made->host, round);
        made->host.skip_to(made->host.now_ns() + 100 * second_ns);
        made->host.settle();
    }
    end_well(*made, "After the machine slept");
}

void hold_work(subject& plugin) {
    const auto made = plugin.make([](test_host& host) { host.is_work_held = true; });
    require(made->start() == TACTUS_OK, "It refuses to start.");
    live(*made);
    const bool has_work = made->host.pending("work") != 0;
    if (made->is_running()) {
        made->stop();
    }
    require(!has_work || !made->host.stopped.has_value() || made->host.pending("work") == 0,
            "It calls stopped() while its work is under way.");
    made->host.is_work_held = false;
    made->host.await_stopped();
    end_well(*made, "With its work done after stop");
}

constexpr std::array cases = std::to_array<check_case>({
    {"ops-newest-first", "Ops may end in the reverse order.", scope::instance, &take_newest_first},
    {"ops-any-order", "Ops may end in any order.", scope::instance, &take_any_order},
    {"ops-canceled-early", "Before a stop all ops may be canceled, and new ones refused.",
     scope::instance, &take_cancellation_before_stop},
    {"ops-canceled-late", "After a stop the host may cancel all, and refuse new ops.",
     scope::instance, &take_cancellation_after_stop},
    {"ops-failed", "Ops may fail.", scope::instance, &take_failure},
    {"ops-unknown-status", "Ops may end with a status that is new.", scope::instance,
     &take_unknown_status},
    {"ops-late", "Everything may come late.", scope::instance, &run_late},
    {"work-late", "Work may take until after the stop.", scope::instance, &hold_work},
});

} // namespace

std::span<const check_case> operation_cases() {
    return cases;
}

} // namespace tactus::checker
