// SPDX-License-Identifier: MIT
#include "plugins/midi/stall_clock.hpp"
#include "tests/support/catch.hpp"

using midi::stall_clock;

namespace {
constexpr std::int64_t ms = 1'000'000;
} // namespace

TEST_CASE("a receiver that takes nothing is stalled since it was first asked") {
    stall_clock one;
    CHECK(one.stalled_ns(10, 1000 * ms) == 0);
    CHECK(one.stalled_ns(10, 1100 * ms) == 100 * ms);
    CHECK(one.stalled_ns(10, 1300 * ms) == 300 * ms);
}

TEST_CASE("a receiver that takes too little is slow, not stalled") {
    stall_clock one;
    CHECK(one.stalled_ns(10, 0) == 0);
    CHECK(one.stalled_ns(10, 150 * ms) == 150 * ms);
    CHECK(one.stalled_ns(11, 300 * ms) == 0);
    CHECK(one.stalled_ns(11, 400 * ms) == 100 * ms);
}

TEST_CASE("room that another program took is no progress, and what it left later is") {
    stall_clock one;
    CHECK(one.stalled_ns(10, 0) == 0);
    CHECK(one.stalled_ns(4, 100 * ms) == 100 * ms);
    CHECK(one.stalled_ns(5, 200 * ms) == 0);
}

TEST_CASE("a receiver takes again once it has more room than when it stalled") {
    stall_clock one;
    CHECK(one.takes_again(0)); // nothing waits
    CHECK(one.stalled_ns(10, 0) == 0);
    CHECK_FALSE(one.takes_again(10));
    CHECK(one.takes_again(11));
    CHECK(one.stalled_ns(4, 100 * ms) == 100 * ms);
    CHECK_FALSE(one.takes_again(4));
    CHECK(one.takes_again(5));
    one.reset();
    CHECK(one.takes_again(0));
}

TEST_CASE("time in which nobody asked counts only up to a limit") {
    stall_clock one;
    CHECK(one.stalled_ns(10, 0) == 0);
    CHECK(one.stalled_ns(10, 60'000 * ms) == stall_clock::step_max_ns);
    CHECK(one.stalled_ns(10, 60'100 * ms) == stall_clock::step_max_ns + 100 * ms);
}

TEST_CASE("after a reset it is asked for the first time again") {
    stall_clock one;
    CHECK(one.stalled_ns(10, 0) == 0);
    one.reset();
    CHECK(one.stalled_ns(10, 100 * ms) == 0);
}
