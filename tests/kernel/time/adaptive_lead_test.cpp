// SPDX-License-Identifier: MIT
#include "kernel/time/adaptive_lead.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/passing_clock.hpp"

#include <vector>

using tactus::testing::passing_clock;
using tactus::time::adaptive_lead;

namespace {

constexpr std::int64_t spacing_ns = 2'500'000;
constexpr int a_second = static_cast<int>(adaptive_lead::window_ns / spacing_ns);
// The lead follows the largest, so most waits are long: 3 % of a processor.
const std::vector<std::int64_t> uneven = {100'000, 10'000, 10'000, 10'000};

// Wakes for `count` deadlines, each `error_ns` after it was asked to, and spins for what is left.
struct waiting {
    explicit waiting(double budget) : lead(budget) {}

    void wake(int count, std::int64_t error_ns) {
        wake(count, std::vector<std::int64_t>{error_ns});
    }
    // The errors come in turns.
    void wake(int count, const std::vector<std::int64_t>& errors_ns) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            const std::int64_t error_ns = errors_ns[i % errors_ns.size()];
            due_ns += spacing_ns;
            const std::int64_t woke_ns = due_ns - lead.lead_ns() + error_ns;
            clock.set_ns(woke_ns);
            lead.woke(due_ns, woke_ns);
            left_ns = lead.spin(clock, due_ns, woke_ns);
            spun_ns += left_ns - woke_ns;
        }
    }

    passing_clock clock;
    adaptive_lead lead;
    std::int64_t due_ns = 0;  // of the last
    std::int64_t left_ns = 0; // when its wait was over
    std::int64_t spun_ns = 0; // all waits together
};

} // namespace

TEST_CASE("the lead settles just above the wake error that is observed") {
    waiting one(1.0);

    one.wake(2000, 80'000);

    CHECK(one.lead.lead_ns() >= 80'000 - adaptive_lead::shrink_ns);
    CHECK(one.lead.lead_ns() <= 80'000 + adaptive_lead::grow_ns);
}

TEST_CASE("the lead shrinks when wake-ups become exact, but not to nothing") {
    waiting one(1.0);

    one.wake(2000, 0);

    CHECK(one.lead.lead_ns() == adaptive_lead::lead_min_ns);
}

TEST_CASE("the lead is capped, however late the wake-ups") {
    waiting one(1.0);

    one.wake(2000, 5'000'000);

    CHECK(one.lead.lead_ns() == adaptive_lead::lead_max_ns);
}

TEST_CASE("a wait ends at the moment, never before") {
    waiting one(1.0);

    one.wake(1, 20'000);

    CHECK(one.left_ns >= one.due_ns);
    CHECK(one.left_ns < one.due_ns + 2 * passing_clock::look_ns);
}

TEST_CASE("what is further away than the lead is not waited for") {
    waiting one(1.0);
    const std::int64_t due_ns = one.lead.lead_ns() + 1000;
    one.clock.set_ns(0);

    CHECK(one.lead.spin(one.clock, due_ns, 500) == 500);
    CHECK(one.lead.spin(one.clock, due_ns, 1000) >= due_ns);
}

TEST_CASE("a used up budget ends spinning until the second is over") {
    waiting one(0.0001); // 100 us a second

    one.wake(3, 0);
    CHECK(one.lead.lead_ns() == 0);
    one.lead.woke(one.due_ns + adaptive_lead::window_ns, one.due_ns + adaptive_lead::window_ns);

    CHECK(one.lead.lead_ns() > 0);
}

TEST_CASE("all that is spun counts, also where nobody slept before") {
    waiting one(0.0001);
    std::int64_t now_ns = 0;
    one.clock.set_ns(now_ns);

    for (int i = 0; i < 10; ++i) { // due every 40 us, as soon as the one before has left
        now_ns = one.lead.spin(one.clock, now_ns + 40'000, now_ns);
    }

    CHECK(one.lead.lead_ns() == 0);
    CHECK(now_ns < 4 * 40'000);
}

TEST_CASE("no more is spun than the budget and one lead, in any second") {
    waiting one(0.01);

    one.wake(10 * a_second, uneven);

    CHECK(one.spun_ns <= 11 * (adaptive_lead::window_ns / 100 + adaptive_lead::lead_max_ns));
    CHECK(one.spun_ns >= 9 * (adaptive_lead::window_ns / 100));
}

TEST_CASE("nothing is learnt from wake-ups without a lead") {
    waiting one(0.01);
    one.wake(a_second * 9 / 10, uneven);
    REQUIRE(one.lead.lead_ns() == 0); // from the middle of the second on
    waiting rich(1.0);                // the same, as if it might go on
    rich.wake(a_second, uneven);

    one.wake(a_second / 10 + 1, uneven); // into the next second

    CHECK(one.lead.lead_ns() > 0);

    CHECK(one.lead.lead_ns() <= rich.lead.lead_ns() + adaptive_lead::grow_ns);
}

TEST_CASE("without a budget there is never a lead") {
    waiting one(0);

    one.wake(10, 5'000);

    CHECK(one.lead.lead_ns() == 0);
    CHECK(one.spun_ns == 0);
}

TEST_CASE("a wake-up at the very moment was early enough: the lead gets shorter") {
    adaptive_lead lead(1.0);
    const std::int64_t before_ns = lead.lead_ns();

    lead.woke(1'000'000, 1'000'000);
    CHECK(lead.lead_ns() == before_ns - adaptive_lead::shrink_ns);
    lead.woke(2'000'000, 2'000'001);
    CHECK(lead.lead_ns() == before_ns - adaptive_lead::shrink_ns + adaptive_lead::grow_ns);
}

TEST_CASE("the lead stays within its ends") {
    adaptive_lead lead(1.0);
    for (int i = 0; i < 1000; ++i) {
        lead.woke(1'000'000, 1'000'001);
    }
    CHECK(lead.lead_ns() == adaptive_lead::lead_max_ns);
    for (int i = 0; i < 5000; ++i) {
        lead.woke(1'000'000, 1'000'000);
    }
    CHECK(lead.lead_ns() == adaptive_lead::lead_min_ns);
}
