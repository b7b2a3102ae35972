// SPDX-License-Identifier: MIT
// What was logged is remembered, in bounds.
#include "kernel/daemon/recently_logged.hpp"

#include "tests/support/catch.hpp"

#include <string>

using tactus::daemon::recently_logged;

TEST_CASE("what was told is known, at its place only") {
    recently_logged so_far;
    CHECK_FALSE(so_far.was(recently_logged::hash(0, "/same")));

    so_far.add(recently_logged::hash(0, "/same"));

    CHECK(so_far.was(recently_logged::hash(0, "/same")));
    CHECK_FALSE(so_far.was(recently_logged::hash(1, "/same")));
    CHECK_FALSE(so_far.was(recently_logged::hash(0, "/other")));
}

TEST_CASE("as many as it keeps are known, and one more costs the oldest") {
    recently_logged so_far;
    for (std::size_t i = 0; i < recently_logged::kept_max; ++i) {
        so_far.add(recently_logged::hash(0, std::to_string(i)));
    }
    CHECK(so_far.was(recently_logged::hash(0, "0")));

    so_far.add(recently_logged::hash(0, "one more"));

    CHECK_FALSE(so_far.was(recently_logged::hash(0, "0")));
    CHECK(so_far.was(recently_logged::hash(0, "1")));
    CHECK(so_far.was(recently_logged::hash(0, "one more")));
}
