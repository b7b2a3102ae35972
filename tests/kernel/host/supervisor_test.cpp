// SPDX-License-Identifier: MIT
// Starting, failing, starting again with back-off, and stopping at every moment, in virtual time.
#include "tests/kernel/host/supervisor_case.hpp"

#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::state;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1000 * ms;
constexpr std::int64_t grace_ns = host::supervisor::stop_grace_ns;

TEST_CASE_METHOD(supervisor_case, "what no route needs is not opened, and stops at once") {
    make(host::role::input, false);

    start();

    CHECK(supervisor->current() == state::idle);
    CHECK(plays.calls.empty());
    stop();
    CHECK(stopped == 1);
}

TEST_CASE_METHOD(supervisor_case, "an instance that starts well runs") {
    CHECK(supervisor->current() == state::idle);
    start();

    CHECK(supervisor->current() == state::running);
    CHECK(supervisor->totals().restarts == 0);
    CHECK(supervisor->totals().failures == 0);
}

TEST_CASE_METHOD(supervisor_case, "one that cannot start is tried again after a while, for ever") {
    fail_at_start();
    start();
    CHECK(supervisor->current() == state::degraded);
    CHECK(supervisor->last_error() == "The device is not there.");
    CHECK(plays.alive == 0);

    const std::vector<std::int64_t> waits = next_waits(12);

    std::int64_t bound_ns = 500 * ms;
    for (const std::int64_t wait_ns : waits) {
        CHECK(wait_ns >= bound_ns / 2);
        CHECK(wait_ns <= bound_ns);
        bound_ns = std::min(bound_ns * 2, 10 * s);
    }
    reactor.settle();
    CHECK(supervisor->totals().restarts == 12);
    CHECK(supervisor->totals().failures == 13);
    CHECK(plays.count("destroy") == plays.count("create"));
    CHECK(plays.count("stop") == 0);
}

TEST_CASE_METHOD(supervisor_case, "the waits are those of the back-off, of name and moment") {
    const auto moment = static_cast<std::uint64_t>(reactor.now_ns());
    fail_at_start();
    start();
    host::back_off like(500 * ms, 10 * s,
                        static_cast<std::uint32_t>(std::hash<std::string>{}("one") ^ moment));

    for (const std::int64_t wait_ns : next_waits(8)) {
        CHECK(wait_ns == like.next_ns(0));
    }
}

TEST_CASE_METHOD(supervisor_case, "a device that comes back is running again") {
    fail_at_start();
    start();
    plays.on_start = nullptr;

    (void)next_waits(1);

    CHECK(supervisor->current() == state::running);
    CHECK(supervisor->totals().restarts == 1);
    CHECK(plays.alive == 1);
}

TEST_CASE_METHOD(supervisor_case, "thirty seconds up make the next wait short again") {
    fail_at_start();
    start();
    (void)next_waits(8);
    plays.on_start = nullptr;
    (void)next_waits(1);
    reactor.advance_by(host::back_off::forgotten_after_ns);

    plays.host->stopped(plays.host, TACTUS_E_IO);
    reactor.settle();

    CHECK(supervisor->current() == state::degraded);
    CHECK(next_waits(1).front() <= 500 * ms);
}

TEST_CASE_METHOD(supervisor_case, "an instance that gives up says why, and is started again") {
    start();
    plays.host->set_error(plays.host, TACTUS_E_IO, str(""), str("The cable is out."));

    plays.host->stopped(plays.host, TACTUS_E_IO);
    reactor.settle();

    CHECK(supervisor->current() == state::degraded);
    CHECK(supervisor->last_error() == "The cable is out.");
    CHECK(plays.alive == 0);
    (void)next_waits(1);
    CHECK(supervisor->current() == state::running);
}

TEST_CASE_METHOD(supervisor_case, "an old reason is not given for a new end") {
    fail_at_start();
    start();
    plays.on_start = nullptr;
    (void)next_waits(1);

    SECTION("it ends without a word") {
        plays.host->stopped(plays.host, TACTUS_E_IO);
    }
    SECTION("it ends well, though nobody asked") {
        plays.host->stopped(plays.host, TACTUS_OK);
    }
    SECTION("it had said something about another thing") {
        plays.host->set_error(plays.host, TACTUS_E_INVALID, str(""),
                              str("The device is not there."));
        plays.host->stopped(plays.host, TACTUS_E_IO);
    }
    reactor.settle();

    CHECK(supervisor->current() == state::degraded);
    CHECK_THAT(supervisor->last_error(), Contains("gave no reason"));
}

TEST_CASE_METHOD(supervisor_case, "the option at fault is named") {
    plays.on_configure = [](const tactus_host* host) {
        host->set_error(host, TACTUS_E_CONFIG, str("colour"), str("It is too loud."));
        return TACTUS_E_CONFIG;
    };
    start();

    CHECK_THAT(supervisor->last_error(), Contains("colour") && Contains("It is too loud."));
    CHECK(plays.count("start") == 0);
}

TEST_CASE_METHOD(supervisor_case, "stopped inside start, and start failing too, is one end") {
    plays.on_start = [](const tactus_host* host) {
        host->stopped(host, TACTUS_E_IO);
        return TACTUS_E_IO;
    };
    start();

    CHECK(supervisor->current() == state::degraded);
    CHECK(plays.count("destroy") == 1);
    CHECK(plays.count("stop") == 0);
}

TEST_CASE_METHOD(supervisor_case, "stopping before the start ends at once") {
    stop();

    CHECK(stopped == 1);
    CHECK(supervisor->current() == state::stopped);
    CHECK(plays.calls.empty());
}

TEST_CASE_METHOD(supervisor_case, "a running instance is asked, destroyed, and then it is told") {
    start();
    stop();
    CHECK(supervisor->current() == state::stopping);
    reactor.settle();

    CHECK(stopped == 1);
    CHECK(supervisor->current() == state::stopped);
    CHECK(plays.calls ==
          std::vector<std::string>{"create", "configure", "start", "stop", "destroy"});
    CHECK(reactor.timers_armed() == 0);
}

TEST_CASE_METHOD(supervisor_case,
                 "an instance that takes its time within the grace is left to it") {
    plays.on_stop = [](const tactus_host*) {};
    start();
    stop();
    reactor.advance_by(grace_ns - ms);
    CHECK(stopped == 0);

    plays.host->stopped(plays.host, TACTUS_OK);
    reactor.settle();

    CHECK(stopped == 1);
    CHECK_FALSE(supervisor->has_quarantine());
}

TEST_CASE_METHOD(supervisor_case, "stopping in the turn of the start asks and waits") {
    supervisor->start();
    stop();
    reactor.settle();

    CHECK(stopped == 1);
    CHECK(plays.alive == 0);
}

TEST_CASE_METHOD(supervisor_case, "stopping in the turn of a failed start does not ask") {
    fail_at_start();
    supervisor->start();
    stop();
    CHECK(stopped == 0);
    reactor.settle();

    CHECK(stopped == 1);
    CHECK(plays.count("stop") == 0);
    CHECK(plays.alive == 0);
}

TEST_CASE_METHOD(supervisor_case, "stopping during the back-off ends at once, and nothing starts") {
    fail_at_start();
    start();

    stop();
    CHECK(stopped == 1);
    reactor.advance_by(60 * s);

    CHECK(plays.count("create") == 1);
}

TEST_CASE_METHOD(supervisor_case, "stopping one that has just stopped by itself does not ask") {
    start();
    plays.host->stopped(plays.host, TACTUS_E_IO);

    stop();
    reactor.settle();

    CHECK(stopped == 1);
    CHECK(plays.alive == 0);
    CHECK(supervisor->current() == state::stopped);
}

TEST_CASE_METHOD(supervisor_case,
                 "an instance with posted calls under way is cleaned up after them") {
    start();
    const auto& exec =
        *static_cast<const tactus_exec_0*>(plays.host->get_interface(plays.host, TACTUS_EXEC_0));
    int ran = 0;
    plays.on_destroy = [&] { CHECK(ran == 1); };
    REQUIRE(exec.post(
                plays.host, [](void* n) noexcept { ++*static_cast<int*>(n); }, &ran) == TACTUS_OK);

    stop();
    reactor.settle();
    reactor.advance_by(2 * ms);

    CHECK(stopped == 1);
    CHECK(ran == 1);
    CHECK_FALSE(supervisor->has_quarantine());
}

TEST_CASE_METHOD(supervisor_case, "its ops are left alone for the grace time, then cancelled") {
    test_op op;
    plays.on_start = [&](const tactus_host* host) {
        const auto& timer =
            *static_cast<const tactus_timer_0*>(host->get_interface(host, TACTUS_TIMER_0));
        const tactus_status waits = timer.wait_until(host, op, host->now_ns(host) + 3600 * s);
        return waits == TACTUS_PENDING ? TACTUS_OK : TACTUS_E_INTERNAL;
    };
    plays.on_stop = [](const tactus_host*) {};
    op.then = [&] { plays.host->stopped(plays.host, TACTUS_OK); };
    start();
    stop();

    reactor.advance_by(grace_ns - 1);
    CHECK(op.dones == 0);
    reactor.advance_by(1);

    CHECK(op.status == TACTUS_E_CANCELED);
    CHECK(stopped == 1);
    CHECK_FALSE(supervisor->has_quarantine());
}

TEST_CASE_METHOD(supervisor_case, "a start that is refused for want of an interface says which") {
    static const char* const needed[] = {"tactus.teleport/0", nullptr};
    tactus_descriptor wants = scripted_descriptor;
    wants.requires_interfaces = needed;
    host::supervisor_settings what = supervisor->what();
    what.descriptor = &wants;
    supervisor = std::make_unique<host::supervisor>(fixture.services, what);

    start();

    CHECK(supervisor->current() == state::degraded);
    CHECK_THAT(supervisor->last_error(), Contains("tactus.teleport/0"));
    CHECK(plays.calls.empty());
}

TEST_CASE_METHOD(supervisor_case, "a thousand failures leave nothing behind") {
    fail_at_start();
    start();
    (void)next_waits(1000);
    reactor.settle();

    CHECK(plays.alive == 0);
    CHECK(reactor.timers_armed() == 1);
    CHECK(supervisor->totals().failures == 1001);
}

TEST_CASE_METHOD(supervisor_case, "an output is up while its instance is, and its events wait") {
    make(host::role::output);
    plays.on_start = [](const tactus_host* host) {
        const auto& ports =
            *static_cast<const tactus_ports_0*>(host->get_interface(host, TACTUS_PORTS_0));
        const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
        std::uint32_t port = 0;
        return ports.add(host, &info, &port);
    };
    start();
    CHECK(supervisor->is_up());
    fixture.deliver(1, osc_n, reactor.now_ns() + 20 * s);

    plays.host->stopped(plays.host, TACTUS_E_IO);
    reactor.settle();
    CHECK_FALSE(supervisor->is_up());
    (void)next_waits(1);
    CHECK(supervisor->is_up());
    reactor.advance_by(20 * s);
    fixture.run_due();

    CHECK(fixture.output(1).sent == 1);
    CHECK(fixture.unaccounted(1) == 0);
}

} // namespace
