// SPDX-License-Identifier: MIT
// A case that cannot run on this machine says so to the runner: its program exits with
// skip_exit_code, which ctest reports as "Skipped". With CI=true it fails instead: whoever releases
// must not take what was not run for what passed. Catch2 2.x (Debian 12) has no SKIP() of its own.
// Debian packages that packaging/install-dependencies installs are no reason to skip.
#pragma once

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::test {

inline constexpr int skip_exit_code = 77; // SKIP_RETURN_CODE in packaging/cmake/targets.cmake

// Notes a skip for exit_code(), and prints why. Thread: the test's.
void note_skip(const std::string& why);
[[nodiscard]] bool fails_instead_of_skipping(); // CI is "true" or "1"

// What the program ends with: 0 passed, 1 failed, skip_exit_code where something was skipped and
// nothing failed. Catch2's own status is a number of failures, which may be any, 77 too.
[[nodiscard]] int exit_code(int catch_status) noexcept;

} // namespace tactus::test

// Ends the case (a void function). WHY: a text, what is missing and how to get it.
#define TACTUS_SKIP(WHY)                                                                           \
    do {                                                                                           \
        if (tactus::test::fails_instead_of_skipping()) {                                           \
            FAIL("not run, which CI=true does not allow: " << (WHY));                              \
        }                                                                                          \
        tactus::test::note_skip(WHY);                                                              \
        return;                                                                                    \
    } while (false)
