// SPDX-License-Identifier: MIT
#include "kernel/time/clock.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace tactus::time;
using tactus::testing::manual_clock;

TEST_CASE("the real clock never goes back") {
    const real_clock clock;
    std::int64_t before_ns = clock.now_ns();

    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t now_ns = clock.now_ns();
        REQUIRE(now_ns >= before_ns);
        before_ns = now_ns;
    }
}

TEST_CASE("the real wall clock counts from 1970") {
    constexpr std::int64_t year_ns = std::int64_t{31'556'952} * 1'000'000'000;
    const std::int64_t years = real_clock().unix_ns() / year_ns;

    REQUIRE(years >= 2022 - 1970);
    REQUIRE(years < 2200 - 1970);
}

TEST_CASE("a manual clock moves only when it is told to") {
    manual_clock clock;
    const std::int64_t start_ns = clock.now_ns();

    clock.advance_ns(5);

    REQUIRE(clock.now_ns() == start_ns + 5);
    clock.set_ns(42);
    REQUIRE(clock.now_ns() == 42);
}

TEST_CASE("a step of a manual wall clock leaves its monotonic time alone") {
    manual_clock clock;
    const std::int64_t now_ns = clock.now_ns();
    const std::int64_t wall_ns = clock.unix_ns();

    clock.step_wall_ns(-1000);

    REQUIRE(clock.now_ns() == now_ns);
    REQUIRE(clock.unix_ns() == wall_ns - 1000);
}
