// SPDX-License-Identifier: MIT
// What a supervisor counts over the lives of its instances: totals do not begin anew with a restart
// and nothing is counted twice; and what a second stop, a second stall, a second grace are.
#include "kernel/host/back_off.hpp"
#include "kernel/host/supervisor.hpp"
#include "kernel/host/watchdog/blocked_calls.hpp"
#include "tests/kernel/host/stream_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using host::state;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t grace_ns = host::supervisor::stop_grace_ns;
constexpr std::int64_t too_long_ns = host::blocked_calls::limit_ns;

struct totals_case {
    manual_reactor reactor;
    flow_fixture fixture{reactor};
    script plays;
    int stopped = 0;
    std::unique_ptr<host::supervisor> supervisor;

    totals_case() {
        play(plays);
        host::supervisor_settings what;
        what.who = {"one", host::role::input, 1};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        supervisor = std::make_unique<host::supervisor>(fixture.services, what);
    }
    totals_case(const totals_case&) = delete;
    totals_case& operator=(const totals_case&) = delete;
    ~totals_case() {
        plays.on_stop = nullptr;
        if (supervisor->current() != state::stopped) {
            stop();
            reactor.advance_by(3 * grace_ns);
        }
        supervisor.reset();
        reactor.settle();
    }
    void start() {
        supervisor->start();
        reactor.settle();
    }
    void stop() {
        supervisor->stop([this] { ++stopped; });
    }
    // It ends by itself, and is up again.
    void fall_over() {
        plays.host->stopped(plays.host, TACTUS_E_IO);
        reactor.settle();
        REQUIRE(supervisor->current() == state::degraded);
    }
    void come_back() {
        const int lives = plays.count("create");
        while (plays.count("create") == lives) {
            REQUIRE(reactor.advance_to_next());
        }
        reactor.settle();
        REQUIRE(supervisor->current() == state::running);
    }
};

TEST_CASE_METHOD(totals_case, "calls that held the loop up are counted over all lives, each once") {
    plays.on_start = [this](const tactus_host*) {
        reactor.wall().advance_ns(too_long_ns);
        return TACTUS_OK;
    };
    start();
    CHECK(supervisor->totals().calls.blocked == 1);
    for (std::uint64_t lives = 2; lives < 5; ++lives) {
        fall_over();
        CHECK(supervisor->totals().calls.blocked == lives - 1); // also while there is no instance
        come_back();
        CHECK(supervisor->totals().calls.blocked == lives);
        CHECK(supervisor->totals().restarts == lives - 1);
    }
    stop();
    reactor.settle();
    CHECK(supervisor->totals().calls.blocked == 4);
    CHECK(supervisor->totals().failures == 0);
}

TEST_CASE_METHOD(totals_case, "a second stop asks the instance no second time") {
    plays.on_stop = [](const tactus_host*) {};
    start();
    stop();
    stop();
    CHECK(plays.count("stop") == 1);

    plays.host->stopped(plays.host, TACTUS_OK);
    reactor.settle();

    CHECK(supervisor->current() == state::stopped);
    CHECK(stopped >= 1);
    const int told = stopped;
    stop(); // of one that has stopped: told at once
    CHECK(stopped == told + 1);
    CHECK(plays.count("create") == 1);
    CHECK(reactor.timers_armed() == 0);
}

TEST_CASE_METHOD(totals_case, "one that has fallen over before is asked to stop like any other") {
    start();
    fall_over();
    come_back();

    stop();
    reactor.settle();

    CHECK(plays.count("stop") == 1);
    CHECK(stopped == 1);
    CHECK(plays.alive == 0);
}

TEST_CASE_METHOD(totals_case, "each life has the whole grace, and its ops are left alone for it") {
    plays.on_stop = [](const tactus_host*) {};
    start();
    stop();
    reactor.advance_by(grace_ns - 1);
    CHECK(stopped == 0);
    CHECK_FALSE(supervisor->has_quarantine());
    reactor.advance_by(1); // its ops are cancelled
    CHECK(stopped == 0);
    reactor.advance_by(grace_ns - 1);
    CHECK(stopped == 0);
    plays.host->stopped(plays.host, TACTUS_OK);
    reactor.settle();
    CHECK(stopped == 1);
    CHECK_FALSE(supervisor->has_quarantine());
}

TEST_CASE_METHOD(totals_case, "thirty seconds up are forgotten exactly, a nanosecond less is not") {
    for (const std::int64_t short_ns : {0, 1}) {
        host::back_off waits(500 * ms, 10'000 * ms, 7);
        for (int i = 0; i < 6; ++i) {
            (void)waits.next_ns(0);
        }
        const std::int64_t next_ns = waits.next_ns(host::back_off::forgotten_after_ns - short_ns);
        CHECK((next_ns <= 500 * ms) == (short_ns == 0));
    }
}

TEST_CASE_METHOD(totals_case, "a fault that is named with its option leaves no name for the next") {
    plays.on_configure = [](const tactus_host* host) {
        host->set_error(host, TACTUS_E_CONFIG, str("colour"), str("It is too loud."));
        return TACTUS_E_CONFIG;
    };
    start();
    CHECK(supervisor->last_error() == "Option \"colour\": It is too loud.");
    plays.on_configure = nullptr;
    plays.on_start = [](const tactus_host* host) {
        host->set_error(host, TACTUS_E_IO, str(""), str("It is not there."));
        return TACTUS_E_IO;
    };
    REQUIRE(reactor.advance_to_next());
    reactor.settle();
    CHECK(supervisor->last_error() == "It is not there.");
    CHECK(supervisor->totals().failures == 2);
}

// The same with connections, on a real loop.
struct listening_case : loop_case {
    script plays;
    std::string at;
    std::uint64_t wanted = 0;
    test_op accepting;
    net::stream_limits limits;
    std::unique_ptr<host::supervisor> supervisor;

    listening_case() {
        plays.on_start = [this](const tactus_host* host) {
            const auto& streams =
                *static_cast<const tactus_stream_0*>(host->get_interface(host, TACTUS_STREAM_0));
            const tactus_listen door{sizeof door, 0, str("tcp://127.0.0.1:0")};
            tactus_id id = 0;
            if (const tactus_status failed = streams.listen(host, &door, &id); failed < 0) {
                return failed;
            }
            tactus_endpoint_text text{};
            (void)streams.local(host, id, &text);
            at = text.text;
            return streams.accept(host, accepting, id) == TACTUS_PENDING ? TACTUS_OK : TACTUS_E_IO;
        };
        play(plays);
        host::supervisor_settings what;
        what.who = {"one", host::role::input, 1, limits};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        what.restart_first_ns = ms;
        supervisor = std::make_unique<host::supervisor>(fixture.services, what);
    }
    ~listening_case() override {
        supervisor->stop([] {});
        CHECK(turn_until([this] { return supervisor->current() == state::stopped; }));
    }
};

TEST_CASE_METHOD(listening_case, "connections are counted over all lives, open ones of this life") {
    supervisor->start();
    for (std::uint64_t life = 1; life <= 3; ++life) {
        REQUIRE(turn_until([this] { return supervisor->current() == state::running; }));
        const raw_peer peer(raw_peer::connect(at));
        REQUIRE(turn_until([&] { return supervisor->totals().connections.accepted == life; }));
        CHECK(supervisor->totals().connections.open == 1);
        const auto& streams = *static_cast<const tactus_stream_0*>(
            plays.host->get_interface(plays.host, TACTUS_STREAM_0));
        if (life > 1) {
            CHECK(streams.refuse(plays.host, accepting.result, "origin") == TACTUS_OK);
            CHECK(supervisor->totals().connections.open == 0);
        }

        plays.host->stopped(plays.host, TACTUS_E_IO);
        // Not its state: that it is degraded lasts for a millisecond.
        REQUIRE(turn_until([&] { return supervisor->totals().restarts == life; }));

        CHECK(supervisor->totals().connections.accepted == life);
        CHECK(supervisor->totals().connections.open == 0);
        constexpr auto origin = static_cast<std::size_t>(base::refused::origin);
        CHECK(supervisor->totals().connections.refused_by[origin] == life - 1);
    }
}

} // namespace
