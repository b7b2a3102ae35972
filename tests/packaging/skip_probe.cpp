// SPDX-License-Identifier: MIT
// Cases that skip, pass and fail, for skips_test; not part of the suite itself.
#include "tests/support/skip.hpp"

TEST_CASE("skips") {
    TACTUS_SKIP("there is no organ");
    FAIL("it goes on after a skip");
}

TEST_CASE("passes") {
    CHECK(true);
}

TEST_CASE("fails 77 times") {
    for (int i = 0; i < tactus::test::skip_exit_code; ++i) {
        CHECK(i < 0);
    }
}
