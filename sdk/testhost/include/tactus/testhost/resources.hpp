// SPDX-License-Identifier: MIT
// The descriptors and threads of this process: to see that a plugin gave back all that it took.
// Linux.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <string>

namespace tactus::testing {

struct resources {
    std::size_t descriptors = 0; // open file descriptors
    std::size_t threads = 0;

    /// Those of this process now. From any thread; others should rest.
    static resources now();
};

/// The increase since `before`: "2 descriptors and 1 thread left"; empty if nothing is.
/// Threads that have been joined may need a moment to disappear, so it looks again for up to a
/// second before it says so.
std::string left_since(const resources& before);

} // namespace tactus::testing
