// SPDX-License-Identifier: MIT
// When the service's watchdog must not be fed. A thread that hangs is real; time is the test's.
#include "kernel/daemon/status/daemon_health.hpp"

#include "kernel/host/loading/catalog.hpp"
#include "tests/kernel/host/bad_case.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/bad_plugins/life.h"
#include "tests/support/meant_to_leak.hpp"
#include "tests/support/recording_sink.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using daemon::daemon_health;

constexpr std::int64_t s = 1'000'000'000;

struct health_case : loop_case {
    health_case() {
        settings.outputs.resize(1);
        settings.outputs.front().name = "organ";
        const auto opened = catalog.open("life");
        REQUIRE(opened.has_value());
        host::supervisor_settings what;
        what.who = {"organ", host::role::output, 0};
        what.entry = opened->front().entry;
        for (const host::found_plugin& each : *opened) {
            if (std::string_view(each.descriptor->type) == "hangs_in_send") {
                what.descriptor = each.descriptor;
            }
        }
        what.config = &no_options;
        what.restart_first_ns = 60 * s; // stays down
        what.restart_max_ns = 60 * s;
        what.stall_limit_ns = 50 * ms;
        outputs.add(fixture.services, what);
    }
    ~health_case() override {
        if (life != nullptr) {
            __atomic_store_n(&life->must_hang, 0, __ATOMIC_SEQ_CST);
            CHECK(
                turn_until([&] { return __atomic_load_n(&life->hanging, __ATOMIC_SEQ_CST) == 0; }));
        }
        bool has_stopped = false;
        outputs.stop([&] { has_stopped = true; });
        CHECK(turn_until([&] { return has_stopped; }));
    }
    void let_it_hang() {
        host::supervisor& organ = outputs.at(0);
        organ.start();
        life = static_cast<tests_life*>(
            const_cast<void*>(organ.present()->plugin_interface(TESTS_LIFE_0)));
        __atomic_store_n(&life->must_hang, 1, __ATOMIC_SEQ_CST);
        fixture.deliver(0, osc_n);
        REQUIRE(turn_until([&] { return __atomic_load_n(&life->hanging, __ATOMIC_SEQ_CST) == 1; }));
        meant_to_leak(organ.present());
        REQUIRE(turn_until([&] {
            organ.look_for_stall(clock.now_ns());
            return organ.totals().stalls == 1;
        }));
        REQUIRE(organ.hanging() == 1);
    }

    host::catalog catalog{{TACTUS_BAD_PLUGINS}};
    config::settings settings;
    daemon::supervisor_group inputs;
    daemon::supervisor_group outputs;
    daemon_health health{{settings, fixture.dispatcher, inputs, outputs}};
    tests_life* life = nullptr;
};

} // namespace

TEST_CASE_METHOD(health_case, "a required output that hangs and is not replaced is unhealthy") {
    settings.outputs.front().required = true;
    CHECK(health.look(1 * s).empty());
    let_it_hang();

    CHECK(health.look(2 * s).empty()); // its supervisor may help
    CHECK(health.look(11 * s).empty());
    CHECK_THAT(health.look(12 * s), Contains("\"organ\" is required, and hangs."));
    __atomic_store_n(&life->must_hang, 0, __ATOMIC_SEQ_CST);
    REQUIRE(turn_until([&] { return outputs.at(0).hanging() == 0; }));
    CHECK(health.look(20 * s).empty());
}

TEST_CASE_METHOD(health_case, "an output that is not required may hang") {
    let_it_hang();

    CHECK(health.look(2 * s).empty());
    CHECK(health.look(1000 * s).empty());
}

TEST_CASE_METHOD(health_case, "events that are due and never leave are unhealthy") {
    recording_sink organ(clock);
    fixture.dispatcher.connections().attach(1, {&organ, 1U << TACTUS_PROTO_OSC});
    const std::int64_t now_ns = clock.now_ns();
    fixture.deliver(1, osc_n, now_ns + 5 * s); // nothing runs what is due here

    CHECK(health.look(now_ns).empty());
    CHECK(health.look(now_ns + 5 * s).empty()); // late by nothing
    CHECK(health.look(now_ns + 7 * s).empty()); // late, for the first time
    CHECK_THAT(health.look(now_ns + 8 * s), Contains("not sent"));
    fixture.deliver(1, osc_n, now_ns + 6 * s); // the queue moves: it is busy
    CHECK(health.look(now_ns + 9 * s).empty());
    CHECK_FALSE(health.look(now_ns + 10 * s).empty());
    fixture.dispatcher.connections().detach(1, flow::dropped::stop);
}
