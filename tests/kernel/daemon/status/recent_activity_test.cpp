// SPDX-License-Identifier: MIT
// What the last seconds and the last minute were like, in virtual time; and that nothing wakes up
// while nothing happens.
#include "kernel/daemon/status/recent_activity.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_reactor.hpp"
#include "tests/support/recording_sink.hpp"

namespace {

using namespace tactus;
using daemon::recent_activity;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1000 * ms;

struct activity_case {
    explicit activity_case(std::size_t outputs = 2) : fixture(reactor, 1, outputs) {
        fixture.dispatcher.connections().attach(0, {&sink, 1U << TACTUS_PROTO_OSC});
        fixture.dispatcher.connections().ports(0).add("port", "port", true);
        fixture.dispatcher.connections().ports_changed(0);
        recent.begin();
    }
    // A turn of the loop in which so many events came; the second output is down.
    void turn(int events = 0) {
        for (int i = 0; i < events; ++i) {
            static_cast<void>(fixture.ingress.emit(0, testing::single(testing::osc_n).batch));
        }
        fixture.run_due();
        while (recent.turn_ended()) {
            ++more_turns;
        }
    }
    // Time passes; the loop turns whenever a timer fires.
    void wait(std::int64_t for_ns) {
        const std::int64_t until_ns = reactor.now_ns() + for_ns;
        while (reactor.timers_armed() > 0 && reactor.next_due_ns() <= until_ns) {
            reactor.advance_to_next();
            ++wakes;
            turn();
        }
        reactor.advance_to(until_ns);
    }
    [[nodiscard]] daemon::output_activity output(std::uint16_t index) {
        return recent.of_output(index, fixture.dispatcher.account().take_snapshot(index));
    }
    [[nodiscard]] daemon::input_activity input() {
        return recent.of_input(0, fixture.ingress.take_snapshot(0));
    }
    [[nodiscard]] std::uint64_t lost_lately() {
        return output(1).dropped_by.of(flow::dropped::output_down);
    }

    testing::manual_reactor reactor;
    testing::flow_fixture fixture;
    testing::recording_sink sink{reactor.clock()};
    recent_activity recent{reactor, fixture.dispatcher, fixture.ingress, fixture.fan_out};
    int wakes = 0;
    int more_turns = 0;
};

} // namespace

TEST_CASE("a rate is the mean of the last seconds, and 0 when nothing comes any more") {
    activity_case test;
    test.wait(100 * s);
    for (int i = 0; i < 100; ++i) { // 20 a second
        test.turn(2);
        test.wait(100 * ms);
    }

    CHECK(test.input().received_per_s == Approx(20).epsilon(0.25)); // a sample a second
    CHECK(test.output(0).sent_per_s == Approx(20).epsilon(0.25));
    CHECK(test.output(1).sent_per_s == 0);
    test.wait(2 * recent_activity::rate_ns);
    CHECK(test.input().received_per_s == 0);
    CHECK(test.output(0).sent_per_s == 0);
}

TEST_CASE("a daemon that has just started has a rate of the time since then") {
    activity_case test;
    test.turn(10);
    test.wait(s);

    CHECK(test.input().received_per_s == Approx(10));
}

TEST_CASE("what was lost is shown for a minute, and not longer") {
    activity_case test;
    test.turn(5);
    CHECK(test.lost_lately() == 5);
    test.wait(30 * s);
    CHECK(test.lost_lately() == 5);
    test.turn(2);
    test.wait(29 * s);
    CHECK(test.lost_lately() == 7);

    test.wait(3 * s);
    CHECK(test.lost_lately() == 2);
    test.wait(30 * s);
    CHECK(test.lost_lately() == 0);
    CHECK(test.output(1).dropped_by.total() == 0);
}

TEST_CASE("what ended an hour ago is not of the last minute, whatever woke the loop since") {
    activity_case test;
    test.turn(1);
    test.wait(300 * ms);
    test.turn(4); // within a second of the last sample
    test.wait(3600 * s);
    test.turn();

    CHECK(test.lost_lately() == 0);
    test.turn(1);
    CHECK(test.lost_lately() == 1);
}

TEST_CASE("the last minute is right after hours of steady traffic") {
    activity_case test;
    for (int i = 0; i < 10'000; ++i) {
        test.turn(1);
        test.wait(1 * s);
    }

    CHECK(test.lost_lately() >= 59);
    CHECK(test.lost_lately() <= 62);
    CHECK(test.output(0).lateness.count >= 59);
    CHECK(test.output(0).lateness.count <= 62);
    CHECK(test.input().received_per_s == Approx(1).epsilon(0.25));
}

TEST_CASE("an idle daemon is not woken: a sample follows the last activity, then none") {
    activity_case test;
    test.turn(); // nothing was counted
    test.wait(100 * s);
    CHECK(test.wakes == 0);

    test.turn(1);
    test.wait(100 * s);
    CHECK(test.wakes == 1);
    test.turn(1);
    test.turn(1);
    test.wait(100 * s);
    CHECK(test.wakes <= 3);
    CHECK(test.reactor.timers_armed() == 0);
}

TEST_CASE("many outputs are sampled in slices, so that what is due does not wait for them") {
    activity_case test(100);
    test.turn(1);
    test.wait(2 * s);

    CHECK(test.more_turns == 6);
    CHECK(test.output(99).dropped_by.of(flow::dropped::output_down) == 1);
}

TEST_CASE("a route's rate counts what it delivered in the last seconds") {
    activity_case test;
    test.wait(100 * s);
    for (int i = 0; i < 100; ++i) { // 20 a second
        test.turn(2);
        test.wait(100 * ms);
    }

    CHECK(test.recent.of_route(0) == Approx(20).epsilon(0.25));
    test.recent.routes_changed();
    CHECK(test.recent.of_route(0) == 0);
    test.turn(2);
    CHECK(test.recent.of_route(0) == Approx(2 / 5.0));
    test.wait(2 * recent_activity::rate_ns);
    CHECK(test.recent.of_route(0) == 0);
}
