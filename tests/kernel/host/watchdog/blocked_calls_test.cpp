// SPDX-License-Identifier: MIT
// Who holds the loop up is counted and named, whatever it was called for; in virtual time.
#include "kernel/host/watchdog/blocked_calls.hpp"
#include "tests/kernel/host/instance_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::blocked_calls;

constexpr std::int64_t too_long_ns = blocked_calls::limit_ns;

struct blocked_case : instance_case {
    blocked_case() : instance_case(host::role::output) {}

    void dawdle(std::int64_t for_ns = too_long_ns) { reactor.wall().advance_ns(for_ns); }
    void come_up() {
        const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
        std::uint32_t port = 0;
        REQUIRE(table<tactus_ports_0>(TACTUS_PORTS_0).add(host(), &info, &port) == TACTUS_OK);
    }
    // Arms a timer of the plugin's; in its done, it does so.
    void end_a_wait(test_op& op, std::function<void()> in_done) {
        op.then = std::move(in_done);
        REQUIRE(
            table<tactus_timer_0>(TACTUS_TIMER_0).wait_until(host(), op, reactor.now_ns() + 1) ==
            TACTUS_PENDING);
        reactor.advance_by(1);
        REQUIRE(op.dones == 1);
    }
    std::string said() { return fixture.pipe.read_line(); }
};

} // namespace

TEST_CASE_METHOD(blocked_case, "a start that takes long is counted and named") {
    plays.on_start = [&](const tactus_host*) {
        dawdle();
        return TACTUS_OK;
    };

    start();

    CHECK(one->calls().blocked == 1);
    const std::string line = said();
    CHECK_THAT(line, Contains("instance=one"));
    CHECK_THAT(line, Contains("call=start"));
    CHECK_THAT(line, Contains("ms=10"));
}

TEST_CASE_METHOD(blocked_case, "calls that return in time are not") {
    plays.on_start = [&](const tactus_host*) {
        dawdle(too_long_ns - 1);
        return TACTUS_OK;
    };
    start();
    test_op op;

    end_a_wait(op, [&] { dawdle(too_long_ns - 1); });

    CHECK(one->calls().blocked == 0);
}

TEST_CASE_METHOD(blocked_case, "what the kernel checks meanwhile is not held up") {
    const bool is_checked = GENERATE(false, true);
    start();
    test_op op;

    end_a_wait(op, [&] {
        dawdle(too_long_ns - 1);
        if (is_checked) {
            fixture.dispatcher.checks().checked(reactor.clock().now_ns());
        }
        dawdle(too_long_ns - 1);
    });

    CHECK(one->calls().blocked == (is_checked ? 0 : 1));
}

TEST_CASE("a plugin that is only asked something may take its time") {
    manual_reactor reactor;
    flow_fixture fixture(reactor);
    fixture.services.is_probe = true;
    const std::string name = "one";
    blocked_calls watch(fixture.services, name);

    watch.took("configure", too_long_ns);

    CHECK(watch.totals().blocked == 0);
}

TEST_CASE_METHOD(blocked_case, "the end of a wait that takes long is counted") {
    start();
    test_op op;

    end_a_wait(op, [&] { dawdle(); });

    CHECK(one->calls().blocked == 1);
    CHECK_THAT(said(), Contains("call=done"));
}

TEST_CASE_METHOD(blocked_case, "a posted call that takes long is counted") {
    start();
    REQUIRE(table<tactus_exec_0>(TACTUS_EXEC_0)
                .post(
                    host(), [](void* self) noexcept { static_cast<blocked_case*>(self)->dawdle(); },
                    this) == TACTUS_OK);

    reactor.settle();

    CHECK(one->calls().blocked == 1);
    CHECK_THAT(said(), Contains("call=post"));
}

TEST_CASE_METHOD(blocked_case, "a send that takes long is counted") {
    plays.on_send = [&](const tactus_batch&, std::uint32_t&) {
        dawdle();
        return TACTUS_OK;
    };
    start();
    come_up();
    fixture.deliver(1, osc_n);

    fixture.run_due();

    CHECK(one->calls().blocked == 1);
    CHECK_THAT(said(), Contains("call=send"));
}

TEST_CASE_METHOD(blocked_case, "who made another send is not to blame for it") {
    plays.on_send = [&](const tactus_batch&, std::uint32_t&) {
        dawdle(3 * too_long_ns);
        return TACTUS_OK;
    };
    start();
    come_up();
    fixture.deliver(1, osc_n);
    test_op op;

    end_a_wait(op, [&] {
        fixture.run_due(); // as an emit does, where something is due
        dawdle(too_long_ns - 1);
    });

    CHECK(one->calls().blocked == 1); // the send, not the end of the wait
    CHECK_THAT(said(), Contains("call=send"));
}

TEST_CASE_METHOD(blocked_case, "all are counted, few are logged") {
    start();
    for (int i = 0; i < 20; ++i) {
        test_op op;
        end_a_wait(op, [&] { dawdle(); });
    }

    CHECK(one->calls().blocked == 20);
    CHECK(fixture.log.counts().suppressed == 19);
}
