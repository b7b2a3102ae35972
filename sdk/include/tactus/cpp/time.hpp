// SPDX-License-Identifier: MIT
// Moments on the host's clock, the clock of every *_ns field of the C ABI. The clock has no now():
// only a context knows the time, and therefore tests can control it.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>

// Durations and points of time are all that is needed. With libstdc++ they are a fifth of <chrono>,
// whose calendar brings the streams; each file of each plugin would pay for those.
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

namespace tactus {
inline namespace v0_1 {

/// CLOCK_MONOTONIC, or a test's own time.
struct host_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<host_clock, duration>;
    static constexpr bool is_steady = true;
};

using time_point = host_clock::time_point;

/// A wait without a time limit.
inline constexpr time_point no_deadline{};

/// Converts from a field of the C ABI, and back. Units: nanoseconds.
constexpr time_point time_at(std::int64_t host_ns) noexcept {
    return time_point(host_clock::duration(host_ns));
}
constexpr std::int64_t to_ns(time_point moment) noexcept {
    return moment.time_since_epoch().count();
}

} // namespace v0_1
} // namespace tactus
