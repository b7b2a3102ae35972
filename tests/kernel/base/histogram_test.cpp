// SPDX-License-Identifier: MIT
// histogram and counter: where a value is counted, and what another thread may see.
#include "kernel/base/histogram.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <atomic>
#include <limits>
#include <thread>

using tactus::base::counter;
using tactus::base::histogram;

namespace {
constexpr std::array<std::int64_t, 3> bounds_ns{10, 100, 1000};
}

TEST_CASE("a value on a bound is counted below it") {
    histogram lateness(bounds_ns);

    lateness.record(10);
    lateness.record(11);
    lateness.record(1000);

    const auto seen = lateness.take_snapshot();
    REQUIRE(seen.buckets[0] == 1);
    REQUIRE(seen.buckets[1] == 1);
    REQUIRE(seen.buckets[2] == 1);
    REQUIRE(seen.buckets[3] == 0);
}

TEST_CASE("values outside the bounds land in the first and the last bucket") {
    histogram lateness(bounds_ns);

    lateness.record(-5);
    lateness.record(0);
    lateness.record(1001);
    lateness.record(std::numeric_limits<std::int64_t>::max() / 4);

    const auto seen = lateness.take_snapshot();
    REQUIRE(seen.buckets[0] == 2);
    REQUIRE(seen.buckets[3] == 2);
    REQUIRE(seen.count == 4);
}

TEST_CASE("a snapshot has the count and the sum of all values") {
    histogram lateness(bounds_ns);

    for (std::int64_t value_ns = 1; value_ns <= 2000; ++value_ns) {
        lateness.record(value_ns);
    }

    const auto seen = lateness.take_snapshot();
    REQUIRE(seen.count == 2000);
    REQUIRE(seen.sum_ns == 2000 * 2001 / 2);
}

TEST_CASE("a histogram takes as many bounds as it promises") {
    std::array<std::int64_t, histogram::bounds_max> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = static_cast<std::int64_t>(i);
    }
    histogram lateness(all);

    lateness.record(15);
    lateness.record(16);

    REQUIRE(lateness.take_snapshot().buckets[15] == 1);
    REQUIRE(lateness.take_snapshot().buckets[16] == 1);
}

TEST_CASE("another thread reads counts that only grow and agree with their sum") {
    histogram lateness(bounds_ns);
    counter records;
    std::atomic<bool> is_done{false};
    bool always_grew = true;

    std::thread reader([&] {
        std::uint64_t before = 0;
        while (!is_done.load()) {
            const std::uint64_t count = lateness.take_snapshot().count;
            always_grew = always_grew && count >= before;
            before = count;
        }
    });
    for (int i = 0; i < 200'000; ++i) {
        lateness.record(i);
        records.add();
    }
    is_done.store(true);
    reader.join();

    REQUIRE(always_grew);
    REQUIRE(records.value() == 200'000);
    REQUIRE(lateness.take_snapshot().count == 200'000);
}
