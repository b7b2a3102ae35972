// SPDX-License-Identifier: MIT
// How long until the next attempt.
#include "kernel/host/back_off.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace {

using tactus::host::back_off;

constexpr std::int64_t first_ns = 500'000'000;
constexpr std::int64_t max_ns = 10'000'000'000;

TEST_CASE("waits double from the first to the longest, each in the upper half of its bound") {
    for (std::uint32_t seed = 1; seed < 200; ++seed) {
        back_off waits(first_ns, max_ns, seed);
        std::int64_t bound_ns = first_ns;
        for (int i = 0; i < 20; ++i) {
            const std::int64_t wait_ns = waits.next_ns(0);
            CHECK(wait_ns >= bound_ns / 2);
            CHECK(wait_ns <= bound_ns);
            bound_ns = std::min(bound_ns * 2, max_ns);
        }
    }
}

TEST_CASE("one seed gives one sequence, another seed another") {
    const auto sequence = [](std::uint32_t seed) {
        back_off waits(first_ns, max_ns, seed);
        std::vector<std::int64_t> all;
        for (int i = 0; i < 10; ++i) {
            all.push_back(waits.next_ns(0));
        }
        return all;
    };

    CHECK(sequence(7) == sequence(7));
    CHECK(sequence(7) != sequence(8));
}

TEST_CASE("thirty seconds up are forgiven, a moment less is not") {
    back_off waits(first_ns, max_ns, 1);
    for (int i = 0; i < 6; ++i) {
        (void)waits.next_ns(0);
    }

    CHECK(waits.next_ns(back_off::forgotten_after_ns - 1) > first_ns);
    CHECK(waits.next_ns(back_off::forgotten_after_ns) <= first_ns);
}

TEST_CASE("a longest wait below the first counts as the first") {
    back_off waits(first_ns, 1, 1);
    (void)waits.next_ns(0);

    CHECK(waits.next_ns(0) >= first_ns / 2);
    CHECK(waits.next_ns(0) <= first_ns);
}

TEST_CASE("ten thousand failures in a row overflow nothing") {
    back_off waits(first_ns, max_ns, 3);
    for (int i = 0; i < 10'000; ++i) {
        REQUIRE(waits.next_ns(0) <= max_ns);
    }
}

} // namespace
