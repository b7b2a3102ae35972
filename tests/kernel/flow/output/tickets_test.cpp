// SPDX-License-Identifier: MIT
// Tickets of waiting events, also after all of them were given out once.
#include "kernel/flow/output/tickets.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <set>

using tactus::flow::tickets;

TEST_CASE("a ticket that is given out again is not replaced") {
    tickets all;
    std::set<std::uint32_t> given;
    const std::uint32_t first = all.issue();
    all.replace(first);
    CHECK(all.is_replaced(first));
    std::uint32_t last = 0;
    while ((last = all.issue()) != first) {
        REQUIRE(last != 0);
        REQUIRE(given.insert(last).second);
        REQUIRE_FALSE(all.is_replaced(last));
    }
    CHECK_FALSE(all.is_replaced(first));
    CHECK(given.size() == tickets::tickets_max - 2); // never 0, and the first one
}

TEST_CASE("replacing one ticket replaces no other") {
    tickets all;
    for (int i = 0; i < 200; ++i) {
        static_cast<void>(all.issue());
    }
    for (const std::uint32_t each : {1U, 63U, 64U, 65U, 128U}) {
        all.replace(each);
        CHECK(all.is_replaced(each));
    }
    int replaced = 0;
    for (std::uint32_t each = 0; each <= 200; ++each) {
        replaced += all.is_replaced(each) ? 1 : 0;
    }
    CHECK(replaced == 5);
}
