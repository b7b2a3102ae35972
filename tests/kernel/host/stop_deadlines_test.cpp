// SPDX-License-Identifier: MIT
// How long an instance may take to end.
#include "kernel/host/stop_deadlines.hpp"
#include "tests/support/catch.hpp"

namespace {

using tactus::host::stop_deadlines;

constexpr std::int64_t grace_ns = 100;
constexpr std::int64_t call_ns = 1'000;

TEST_CASE("an instance that is asked to stop has two grace periods") {
    stop_deadlines ends(grace_ns, call_ns);
    ends.asked(0);
    CHECK(ends.begin_second());
    CHECK_FALSE(ends.begin_second());
    ends.asked(500); // another instance
    CHECK(ends.begin_second());
}

TEST_CASE("one that has stopped may take the grace period to become quiet") {
    stop_deadlines ends(grace_ns, call_ns);
    ends.stopped(50);
    CHECK(ends.may_become_quiet(50 + grace_ns - 1, false));
    CHECK_FALSE(ends.may_become_quiet(50 + grace_ns, false));
}

TEST_CASE("a call in its worker has its limit from when the end began") {
    stop_deadlines ends(grace_ns, call_ns);
    ends.asked(10);
    ends.stopped(60);
    CHECK(ends.left_for_call_ns(500, true) == 510);
    CHECK(ends.left_for_call_ns(500, false) == 0);
    CHECK(ends.may_become_quiet(10 + call_ns - 1, true));
    CHECK_FALSE(ends.may_become_quiet(10 + call_ns, true));
}

TEST_CASE("without being asked, the end begins when it has stopped") {
    stop_deadlines ends(grace_ns, call_ns);
    ends.asked(10);
    ends.reset();
    ends.stopped(700);
    CHECK(ends.left_for_call_ns(700, true) == call_ns);
}

} // namespace
