// SPDX-License-Identifier: MIT
// How long the daemon waits for its loop when it is to stop. In virtual time.
#include "kernel/daemon/process/loop_grace.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>

using tactus::daemon::loop_grace;

namespace {

// The loop answers at once until held_ns, and never after that. Both: since the signal. Returns
// when the process ends.
std::int64_t ends_ns(std::int64_t held_ns) {
    loop_grace grace;
    std::int64_t asked_ns = -1;
    for (std::int64_t now_ns = 0;; now_ns += loop_grace::check_ns) {
        const bool has_answered = asked_ns < held_ns;
        if (grace.check(has_answered)) {
            return now_ns;
        }
        asked_ns = has_answered ? now_ns : asked_ns;
    }
}

} // namespace

TEST_CASE("a loop that is held has the grace, and an eighth of it at most on top") {
    // held at the signal; by the stop that the signal asked for; and while it stops
    const std::int64_t held_ns = GENERATE(0, 1, loop_grace::check_ns, 10 * loop_grace::check_ns);

    const std::int64_t waited_ns = ends_ns(held_ns) - held_ns;

    CHECK(waited_ns >= loop_grace::grace_ns);
    CHECK(waited_ns <= loop_grace::grace_ns + loop_grace::grace_ns / 8);
}

TEST_CASE("a loop that answers late is given its whole grace again") {
    loop_grace grace;
    constexpr int almost = loop_grace::grace_ns / loop_grace::check_ns - 1;
    for (int again = 0; again < 3; ++again) {
        CHECK_FALSE(grace.check(true));
        for (int i = 0; i < almost; ++i) {
            CHECK_FALSE(grace.check(false));
        }
    }
    CHECK(grace.check(false));
}
