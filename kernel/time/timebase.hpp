// SPDX-License-Identifier: MIT
// Converts wall-clock and OSC (NTP) time to host time, once, at the border.
//
// CLOCK_REALTIME minus CLOCK_MONOTONIC is constant between two steps of the wall clock, as both are
// slewed alike. The timebase keeps that offset fixed, so equal time tags give equal due times, and
// takes a new one only when a measurement is off by more than step_limit_ns: then the wall clock
// was stepped. Times converted before are not changed.
//
// A time tag has 32 bits of seconds: it means a time of era 0, from 1900, or of era 1, from
// 2036-02-07 06:28:16 UTC. It is of era 1 if that is no further ahead than events may be due
// (max_ahead), else of era 0. So a tag with another epoch (a microcontroller's start, 1970) lies in
// the past and does not wait for 2036. After the roll-over a tag that is too far ahead by less than
// two weeks stays so, and is refused. Source: OSC 1.0, "OSC Time Tags"; RFC 5905, section 6.
#pragma once

#include "kernel/time/clock.hpp"

#include <atomic>
#include <cstdint>

namespace tactus::time {

inline constexpr std::uint64_t ntp_immediately = 1;

class timebase {
public:
    static constexpr std::int64_t step_limit_ns = 1'000'000;
    static constexpr std::int64_t max_ahead_usual_ns = 600'000'000'000;
    // Twice the largest max_ahead that a file can set.
    static constexpr std::int64_t too_far_max_ns = 2 * 604'800'000'000'000;

    // The clock must outlive the timebase.
    explicit timebase(const clock& clock);

    // Checks whether the wall clock was stepped. Threads: loop. Cost: two clock reads.
    void refresh() noexcept;

    // How far ahead events may be due. Threads: loop.
    void set_max_ahead(std::int64_t max_ahead_ns) noexcept {
        max_ahead_ns_.store(max_ahead_ns, std::memory_order_relaxed);
    }

    // The host time of a tag that arrived at came_ns. Threads: any. Tags 0 and 1 ("immediately")
    // give 0.
    [[nodiscard]] std::int64_t from_ntp(std::uint64_t tag, std::int64_t came_ns) const noexcept;
    // The same for a tag that arrives now.
    [[nodiscard]] std::int64_t from_ntp(std::uint64_t tag) const noexcept {
        return from_ntp(tag, clock_.now_ns());
    }
    // Of the four or five tags that from_ntp would map to that nanosecond, the roundest: clocks
    // that count in floats or milliseconds have many zero bits at the end, so such a sender's tag
    // survives the round trip. Never 0 or 1, which would mean "immediately".
    [[nodiscard]] std::uint64_t to_ntp(std::int64_t time_ns) const noexcept;
    [[nodiscard]] std::int64_t from_unix(std::int64_t unix_ns) const noexcept;
    // Of the Unix times that a tag may mean, including eras before and after these two, the one
    // nearest to `unix_ns`: for clocks other than ours. `unix_ns` is clamped to 146 years either
    // way of 1970.
    [[nodiscard]] static std::int64_t unix_near(std::uint64_t tag, std::int64_t unix_ns) noexcept;

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
    // Written by the loop thread in refresh, read by any. Independent of other data: relaxed.
    std::atomic<std::int64_t> offset_ns_;
    std::atomic<std::int64_t> max_ahead_ns_{max_ahead_usual_ns}; // likewise
    std::uint64_t steps_forward_ = 0;
    std::uint64_t steps_backward_ = 0;
};

} // namespace tactus::time
