// SPDX-License-Identifier: MIT
// An output on the loop that takes nothing more: begun anew after its stall limit, in virtual time.
#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/instance_case.hpp"
#include "tests/support/meant_to_leak.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::state;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t limit_ns = 400 * ms;
constexpr std::int64_t late_limit_ns = 20 * ms;
constexpr std::int64_t grace_ns = host::supervisor::stop_grace_ns;

struct full_case {
    manual_reactor reactor;
    flow_fixture fixture{reactor};
    script plays;
    std::uint32_t room = 0; // events that it still takes
    bool has_port = true;
    std::uint16_t output = 0;
    std::unique_ptr<host::supervisor> supervisor;

    explicit full_case(flow::late_policy late = flow::late_policy::send) {
        flow::output_settings wanted;
        wanted.late = late;
        wanted.late_limit_ns = late_limit_ns;
        output = fixture.dispatcher.add_output(wanted).value();
        plays.on_start = [this](const tactus_host* host) {
            const auto& ports =
                *static_cast<const tactus_ports_0*>(host->get_interface(host, TACTUS_PORTS_0));
            const tactus_port_info info = {sizeof info, has_port ? TACTUS_PORT_UP : 0U, str("p"),
                                           str("p")};
            std::uint32_t port = 0;
            return ports.add(host, &info, &port);
        };
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            accepted = std::min(batch.count, room);
            room -= accepted;
            return accepted == batch.count ? TACTUS_OK : TACTUS_E_AGAIN;
        };
        play(plays);
        host::supervisor_settings what;
        what.who = {"one", host::role::output, output};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        what.stall_limit_ns = limit_ns;
        supervisor = std::make_unique<host::supervisor>(fixture.services, what);
    }
    full_case(const full_case&) = delete;
    full_case& operator=(const full_case&) = delete;
    ~full_case() {
        supervisor->stop([] {});
        reactor.advance_by(3 * grace_ns);
        supervisor.reset();
        reactor.settle();
    }
    void start() {
        supervisor->start();
        reactor.settle();
    }
    void send(int n = 1) {
        for (int i = 0; i < n; ++i) {
            fixture.deliver(output, osc_n);
        }
        fixture.run_due();
    }
    void send_in(std::int64_t wait_ns) {
        fixture.deliver(output, osc_n, reactor.now_ns() + wait_ns);
    }
    void pass(std::int64_t span_ns) {
        reactor.advance_by(span_ns);
        fixture.run_due();
    }
    void says_writable() {
        fixture.dispatcher.connections().writable(output);
        fixture.run_due();
    }
};

struct dropping_case : full_case {
    dropping_case() : full_case(flow::late_policy::drop) {}
};

TEST_CASE_METHOD(full_case, "an output that takes nothing for its limit is begun anew") {
    start();
    send();

    reactor.advance_by(limit_ns - 1);
    CHECK(supervisor->totals().stalls == 0);
    reactor.advance_by(1);
    reactor.settle();

    CHECK(supervisor->totals().stalls == 1);
    CHECK(supervisor->current() == state::degraded);
    CHECK_THAT(supervisor->last_error(), Contains("has accepted no event for 400 ms"));
    CHECK(plays.count("stop") == 1);
    CHECK(plays.alive == 0);
    CHECK_FALSE(supervisor->has_quarantine());
    reactor.advance_by(10'000 * ms);
    CHECK(supervisor->totals().restarts == 1);
    CHECK(supervisor->current() == state::running);
    CHECK(fixture.unaccounted(output) == 0);
}

TEST_CASE_METHOD(full_case, "time in which the process was stopped is not held against an output") {
    start();
    send();

    reactor.hold_up(limit_ns + 200 * ms);
    CHECK(supervisor->totals().stalls == 0);
    reactor.advance_by(limit_ns - 1);
    CHECK(supervisor->totals().stalls == 0);
    reactor.advance_by(1);

    CHECK(supervisor->totals().stalls == 1);
}

TEST_CASE_METHOD(full_case, "each event that it takes gives it the limit anew") {
    start();
    room = 1;
    send(3); // one is taken, two wait
    for (int i = 0; i < 2; ++i) {
        reactor.advance_by(limit_ns - 1);
        room = 1;
        says_writable();
    }

    reactor.advance_by(10 * limit_ns);

    CHECK(supervisor->totals().stalls == 0);
    CHECK(fixture.output(output).sent == 3);
}

TEST_CASE_METHOD(full_case, "saying that there is room is no progress") {
    start();
    send();

    for (int i = 0; i < 4; ++i) {
        reactor.advance_by(limit_ns / 4);
        says_writable();
    }
    reactor.settle();

    CHECK(supervisor->totals().stalls == 1);
}

TEST_CASE_METHOD(full_case, "where nothing waits any more it is asked again, and not begun anew") {
    start();
    send();
    fixture.dispatcher.canceller().drop(flow::dropped::cancelled);

    reactor.advance_by(10 * limit_ns);
    CHECK(supervisor->totals().stalls == 0);
    room = 1;
    send();

    CHECK(fixture.output(output).sent == 1);
}

TEST_CASE_METHOD(full_case, "what came due since it was full is no reason to begin it anew") {
    start();
    send();
    fixture.dispatcher.canceller().drop(flow::dropped::cancelled);
    send_in(limit_ns / 2);

    pass(limit_ns / 2);
    room = 1;
    pass(limit_ns / 2); // it is asked again

    CHECK(supervisor->totals().stalls == 0);
    CHECK(fixture.output(output).sent == 1);
}

TEST_CASE_METHOD(dropping_case, "one that was full is not stalled by what is not due yet") {
    start();
    send();
    send_in(10 * limit_ns);
    pass(limit_ns / 4);
    says_writable();
    REQUIRE(fixture.output(output).dropped_by.of(flow::dropped::too_late) == 1);

    pass(9 * limit_ns);
    CHECK(supervisor->totals().stalls == 0);
    CHECK(plays.count("stop") == 0);
    room = 1;
    pass(limit_ns - limit_ns / 4);

    CHECK(fixture.output(output).sent == 1);
    CHECK(fixture.unaccounted(output) == 0);
}

TEST_CASE_METHOD(dropping_case, "when all that it refused is dropped, its limit begins anew") {
    start();
    send();
    send_in(limit_ns - 2);
    pass(limit_ns / 4);
    says_writable();
    pass(limit_ns - 2 - limit_ns / 4);

    pass(limit_ns - 1);
    CHECK(supervisor->totals().stalls == 0);
    pass(1);

    CHECK(supervisor->totals().stalls == 1);
}

TEST_CASE_METHOD(dropping_case, "one that says writable and is full for ever is begun anew") {
    constexpr std::int64_t step_ns = late_limit_ns / 4;
    start();
    for (std::int64_t t = 0; t < limit_ns; t += step_ns) {
        send(t % (2 * step_ns) == 0 ? 1 : 0); // the one before still waits
        pass(step_ns);
        says_writable();
    }
    reactor.settle();

    CHECK(fixture.output(output).dropped_by.of(flow::dropped::too_late) > 1);
    CHECK(supervisor->totals().stalls == 1);
    CHECK_THAT(supervisor->last_error(), Contains("has accepted no event for 400 ms"));
}

TEST_CASE_METHOD(full_case, "how early it wants its events counts for what it has refused") {
    plays.ahead_ns = 10 * limit_ns;
    start();
    send_in(plays.ahead_ns);
    fixture.run_due();

    for (int i = 0; i < 4; ++i) {
        pass(limit_ns / 4);
        says_writable();
    }
    reactor.settle();

    CHECK(supervisor->totals().stalls == 1);
}

TEST_CASE_METHOD(full_case, "an output whose port is down is not stalled") {
    has_port = false;
    start();
    send();

    reactor.advance_by(10 * limit_ns);

    CHECK(supervisor->totals().stalls == 0);
    CHECK(supervisor->current() == state::running);
}

TEST_CASE_METHOD(full_case, "one that does not stop either goes into quarantine and is replaced") {
    bool must_stop = false;
    plays.on_stop = [&](const tactus_host* host) {
        if (must_stop) {
            host->stopped(host, TACTUS_OK);
        }
    };
    start();
    meant_to_leak(supervisor->present());
    send();

    reactor.advance_by(limit_ns + 2 * grace_ns);

    CHECK(supervisor->has_quarantine());
    CHECK(supervisor->totals().stalls == 1);
    must_stop = true;
    reactor.advance_by(10'000 * ms);
    CHECK(supervisor->current() == state::running);
    CHECK(supervisor->totals().restarts == 1);
}

TEST_CASE_METHOD(full_case, "a stop while it is being replaced comes to its end") {
    plays.on_stop = [](const tactus_host*) {};
    start();
    meant_to_leak(supervisor->present());
    send();
    reactor.advance_by(limit_ns);
    REQUIRE(supervisor->totals().stalls == 1);
    int stopped = 0;

    supervisor->stop([&] { ++stopped; });
    reactor.advance_by(2 * grace_ns);

    CHECK(stopped == 1);
    CHECK(plays.count("stop") == 1);
    CHECK(supervisor->current() == state::stopped);
}

} // namespace
