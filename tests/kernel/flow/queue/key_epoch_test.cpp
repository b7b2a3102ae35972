// SPDX-License-Identifier: MIT
// key_epoch: times of the host clock to keys and back.
#include "kernel/flow/queue/key_epoch.hpp"
#include "tests/support/catch.hpp"

#include <limits>

using namespace tactus::flow;

namespace {
constexpr std::int64_t now_ns = std::int64_t{5'000} * 1'000'000'000;
} // namespace

TEST_CASE("a due time comes back from its key, also one of the last hour") {
    const key_epoch epoch(now_ns);
    for (const std::int64_t due_ns : {now_ns, now_ns + 7, now_ns - key_epoch::margin_ns}) {
        CHECK(epoch.due_ns_of(epoch.make_key(due_ns, 3, 4)) == due_ns);
    }
}

TEST_CASE("times beyond what a key holds are at its ends") {
    const key_epoch epoch(now_ns);
    constexpr auto first = std::numeric_limits<std::int64_t>::min();
    constexpr auto last = std::numeric_limits<std::int64_t>::max();

    CHECK(due_of(epoch.make_key(first, 0, 0)) == 0);
    CHECK(due_of(epoch.make_key(now_ns - key_epoch::margin_ns - 1, 0, 0)) == 0);
    CHECK(due_of(epoch.make_key(last, 0, 0)) == due_max);
}

TEST_CASE("when the epoch moves back, keys and arrivals that exist become earlier") {
    key_epoch epoch(now_ns);
    const due_key key = epoch.make_key(now_ns + 100, 1, 1);
    const std::int64_t arrival = epoch.since_epoch(now_ns);

    epoch.move_back(30);

    CHECK(epoch.due_ns_of(key) == now_ns + 70);
    CHECK(epoch.host_time(arrival) == now_ns - 30);
    CHECK(epoch.due_ns_of(epoch.make_key(now_ns + 100, 1, 1)) == now_ns + 100);
}
