// SPDX-License-Identifier: MIT
// What a test must know of the sanitizer that it is built with.
#pragma once

#include <cstddef>

namespace tactus::test {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool has_thread_sanitizer = true;
#else
inline constexpr bool has_thread_sanitizer = false;
#endif

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool has_address_sanitizer = true;
#else
inline constexpr bool has_address_sanitizer = false;
#endif

/// How many times as much memory a daemon may take with a sanitizer as without.
inline constexpr std::size_t memory_factor = has_thread_sanitizer || has_address_sanitizer ? 8 : 1;

} // namespace tactus::test
