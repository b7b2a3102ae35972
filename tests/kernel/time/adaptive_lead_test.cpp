// SPDX-License-Identifier: MIT
#include "kernel/time/adaptive_lead.hpp"

#include "tests/support/catch.hpp"

using tactus::time::adaptive_lead;

namespace {

constexpr std::int64_t spacing_ns = 2'500'000;

// Wakes for `count` deadlines, each `error_ns` after it was asked to; answers when the last was
// due.
std::int64_t wake(adaptive_lead& lead, int count, std::int64_t error_ns, std::int64_t from_ns = 0) {
    std::int64_t due_ns = from_ns;
    for (int i = 0; i < count; ++i) {
        due_ns += spacing_ns;
        lead.woke(due_ns, due_ns - lead.lead_ns() + error_ns);
    }
    return due_ns;
}

} // namespace

TEST_CASE("the lead settles just above the wake error that is observed") {
    adaptive_lead lead(1.0);

    wake(lead, 2000, 80'000);

    CHECK(lead.lead_ns() >= 80'000 - adaptive_lead::shrink_ns);
    CHECK(lead.lead_ns() <= 80'000 + adaptive_lead::grow_ns);
}

TEST_CASE("the lead shrinks when wake-ups become exact, but not to nothing") {
    adaptive_lead lead(1.0);

    wake(lead, 2000, 0);

    CHECK(lead.lead_ns() == adaptive_lead::lead_min_ns);
}

TEST_CASE("the lead is capped, however late the wake-ups") {
    adaptive_lead lead(1.0);

    wake(lead, 2000, 5'000'000);

    CHECK(lead.lead_ns() == adaptive_lead::lead_max_ns);
}

TEST_CASE("a used up budget ends spinning until the second is over") {
    adaptive_lead lead(0.0001); // 100 us a second

    const std::int64_t last_ns = wake(lead, 3, 0);

    CHECK(lead.lead_ns() == 0);
    lead.woke(last_ns + adaptive_lead::window_ns, last_ns + adaptive_lead::window_ns);
    CHECK(lead.lead_ns() > 0);
}

TEST_CASE("without a budget there is never a lead") {
    const adaptive_lead lead(0);

    CHECK(lead.lead_ns() == 0);
}
