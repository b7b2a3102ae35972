// SPDX-License-Identifier: MIT
// What was logged is remembered, in bounds.
#include "kernel/daemon/reports/recently_logged.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"

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

TEST_CASE("a condition is admitted once, and few of them in a row") {
    const tactus::testing::log_pipe pipe;
    tactus::base::log log(pipe.settings());
    recently_logged so_far;
    CHECK(so_far.admits(1, log, 0));
    CHECK_FALSE(so_far.admits(1, log, 0));

    std::uint32_t admitted = 1;
    for (std::uint64_t what = 2; what < 100; ++what) {
        admitted += so_far.admits(what, log, 0) ? 1U : 0U;
    }

    CHECK(admitted == tactus::base::log_limit::lines_default);
    CHECK(so_far.admits(99, log, tactus::base::log_limit::interval_default_ns)); // was not written
}
