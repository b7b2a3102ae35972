// SPDX-License-Identifier: MIT
// Handles programmer mistakes in the use of the SDK's C++ layer: one line on stderr, then abort.
// Always on. Expected failures are statuses, results and exceptions instead (error.hpp).
// Used by the other headers of this folder, in plugins and in the kernel alike.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdio>
#include <cstdlib>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// Prints the broken rule and ends the process. Threads: any.
[[noreturn]] inline void die(const char* broken_rule) noexcept {
    std::fprintf(stderr, "tactus: %s\n", broken_rule);
    std::abort();
}

/// Ends the process unless `holds`. Threads: any.
inline void require(bool holds, const char* broken_rule) noexcept {
    if (!holds) {
        die(broken_rule);
    }
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
