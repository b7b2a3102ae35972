// SPDX-License-Identifier: MIT
#include "kernel/base/log_limit.hpp"

#include "tests/support/catch.hpp"

using tactus::base::log_limit;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

int count_allowed(log_limit& limit, std::int64_t now_ns, int tries) {
    int allowed = 0;
    for (int i = 0; i < tries; ++i) {
        allowed += limit.allow(now_ns) ? 1 : 0;
    }
    return allowed;
}

} // namespace

TEST_CASE("as many lines as the limit says are allowed in an interval") {
    log_limit limit(3, second_ns);

    REQUIRE(count_allowed(limit, 0, 3) == 3);
    REQUIRE_FALSE(limit.allow(0));
    REQUIRE_FALSE(limit.allow(second_ns - 1));
}

TEST_CASE("the next interval allows lines again") {
    log_limit limit(3, second_ns);
    REQUIRE(count_allowed(limit, 0, 5) == 3);

    REQUIRE(count_allowed(limit, second_ns, 5) == 3);
}

TEST_CASE("an interval begins with its first line, not on a grid") {
    log_limit limit(1, second_ns);
    REQUIRE(limit.allow(10));

    REQUIRE(limit.allow(5 * second_ns));
    REQUIRE_FALSE(limit.allow(6 * second_ns - 1));
    REQUIRE(limit.allow(6 * second_ns));
}

TEST_CASE("what is suppressed is counted until it is taken") {
    log_limit limit(2, second_ns);
    REQUIRE(count_allowed(limit, 0, 10) == 2);
    REQUIRE(count_allowed(limit, second_ns, 3) == 2);

    REQUIRE(limit.take_suppressed() == 9);
    REQUIRE(limit.take_suppressed() == 0);
}

TEST_CASE("a limit of no lines allows none") {
    log_limit limit(0, second_ns);

    REQUIRE(count_allowed(limit, 0, 4) == 0);
    REQUIRE(limit.take_suppressed() == 4);
}

TEST_CASE("the time may begin anywhere, also below nought") {
    log_limit limit(1, second_ns);
    REQUIRE(limit.allow(-5 * second_ns));

    REQUIRE_FALSE(limit.allow(-4 * second_ns - 1));
    REQUIRE(limit.allow(-4 * second_ns));
}
