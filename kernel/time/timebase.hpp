// SPDX-License-Identifier: MIT
// From wall-clock and OSC (NTP) time to host time, once, at the border.
//
// CLOCK_REALTIME minus CLOCK_MONOTONIC is one number between two steps of the wall clock, as both
// are slewed alike. The timebase keeps that number fixed, so that equal time tags give equal due
// times, and takes a new one only when a measurement is off by more than step_limit: then the wall
// clock was stepped. What was converted before stays where it is. Source: OSC 1.0, "OSC Time Tags";
// NTP era 0 (1900) and, for tags below 2^31 s, era 1 (2036).
#pragma once

#include "kernel/time/clock.hpp"

#include <atomic>
#include <cstdint>

namespace tactus::time {

inline constexpr std::uint64_t ntp_immediately = 1;

class timebase {
public:
    static constexpr std::int64_t step_limit_ns = 1'000'000;

    // The clock must outlive the timebase.
    explicit timebase(const clock& clock);

    // Looks whether the wall clock was stepped. Threads: loop. Cost: two clock reads.
    void refresh() noexcept;

    // Threads: any. Tags 0 and 1 ("immediately") give 0.
    [[nodiscard]] std::int64_t from_ntp(std::uint64_t tag) const noexcept;
    // Of the four or five tags that from_ntp would map to that nanosecond, the roundest: clocks
    // that count in floats or milliseconds have many zero bits at the end, so the tag that such a
    // sender wrote comes out as it went in.
    [[nodiscard]] std::uint64_t to_ntp(std::int64_t time_ns) const noexcept;
    [[nodiscard]] std::int64_t from_unix(std::int64_t unix_ns) const noexcept;
    // The Unix time that a tag says, of whatever clock; 0 for tags 0 and 1.
    [[nodiscard]] static std::int64_t unix_of(std::uint64_t tag) noexcept;

    // Unix time minus host time, ns. Threads: any.
    [[nodiscard]] std::int64_t offset_ns() const noexcept {
        return offset_ns_.load(std::memory_order_relaxed);
    }
    // Steps seen since the start. Threads: loop.
    [[nodiscard]] std::uint64_t steps_forward() const noexcept { return steps_forward_; }
    [[nodiscard]] std::uint64_t steps_backward() const noexcept { return steps_backward_; }

private:
    [[nodiscard]] std::int64_t measure_ns() const noexcept;

    const clock& clock_;
    // Written by the loop thread in refresh, read by any. One number that stands for itself:
    // relaxed.
    std::atomic<std::int64_t> offset_ns_;
    std::uint64_t steps_forward_ = 0;
    std::uint64_t steps_backward_ = 0;
};

} // namespace tactus::time
