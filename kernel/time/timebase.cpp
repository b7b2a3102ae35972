// SPDX-License-Identifier: MIT
#include "kernel/time/timebase.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>

namespace tactus::time {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t ntp_to_unix_s = 2'208'988'800;     // 1900-01-01 to 1970-01-01
constexpr std::int64_t ntp_era_s = std::int64_t{1} << 32; // 136 years
constexpr std::int64_t roll_over_ns = (ntp_era_s - ntp_to_unix_s) * ns_per_s; // in Unix time
constexpr std::uint64_t ntp_soonest = ntp_immediately + 1;
constexpr int measurements = 5;

// The first fraction of a second, in 2^-32 s, that is not before this many half nanoseconds.
std::uint64_t fraction_of(std::int64_t half_nanos) noexcept {
    constexpr auto halves_per_s = static_cast<std::uint64_t>(2 * ns_per_s);
    return half_nanos <= 0
               ? 0
               : ((static_cast<std::uint64_t>(half_nanos) << 32) + halves_per_s - 1) / halves_per_s;
}

std::int64_t unix_in(std::int64_t era, std::uint64_t tag) noexcept {
    const std::int64_t seconds =
        static_cast<std::int64_t>(tag >> 32) - ntp_to_unix_s + era * ntp_era_s;
    const std::uint64_t fraction = tag & 0xffffffffU;
    const auto nanos = static_cast<std::int64_t>((fraction * ns_per_s + (1ULL << 31)) >> 32);
    return seconds * ns_per_s + nanos;
}

// The number from `least` to `most` with the most trailing zero bits.
std::uint64_t roundest(std::uint64_t least, std::uint64_t most) noexcept {
    if (least == 0) {
        return 0;
    }
    const int same = std::countl_zero((least - 1) ^ most); // leading bits that all of them share
    return most >> (63 - same) << (63 - same);
}

} // namespace

timebase::timebase(const clock& clock) : clock_(clock), offset_ns_(0) {
    offset_ns_.store(measure_ns(), std::memory_order_relaxed);
}

// The reading that took the shortest time is the one that was not interrupted.
std::int64_t timebase::measure_ns() const noexcept {
    std::int64_t best_offset_ns = 0;
    std::int64_t best_width_ns = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < measurements; ++i) {
        const std::int64_t before_ns = clock_.now_ns();
        const std::int64_t wall_ns = clock_.unix_ns();
        const std::int64_t width_ns = clock_.now_ns() - before_ns;
        if (width_ns < best_width_ns) {
            best_width_ns = width_ns;
            best_offset_ns = wall_ns - before_ns - width_ns / 2;
        }
    }
    return best_offset_ns;
}

void timebase::refresh() noexcept {
    const std::int64_t held_ns = offset_ns();
    const std::int64_t glance_ns = clock_.unix_ns() - clock_.now_ns();
    if (std::llabs(glance_ns - held_ns) <= step_limit_ns) {
        return;
    }
    const std::int64_t measured_ns = measure_ns();
    if (std::llabs(measured_ns - held_ns) <= step_limit_ns) {
        return; // the measurement was interrupted between its two readings
    }
    ++(measured_ns > held_ns ? steps_forward_ : steps_backward_);
    offset_ns_.store(measured_ns, std::memory_order_relaxed);
}

std::int64_t timebase::from_ntp(std::uint64_t tag, std::int64_t came_ns) const noexcept {
    if (tag <= ntp_immediately) {
        return 0;
    }
    const std::int64_t now_ns = came_ns + offset_ns();
    const std::int64_t later_ns = unix_in(1, tag);
    const std::int64_t ahead_ns = later_ns - now_ns;
    const bool is_later = ahead_ns <= max_ahead_ns_.load(std::memory_order_relaxed) ||
                          (now_ns >= roll_over_ns && ahead_ns <= too_far_max_ns);
    return from_unix(is_later ? later_ns : unix_in(0, tag));
}

std::int64_t timebase::unix_near(std::uint64_t tag, std::int64_t unix_ns) noexcept {
    constexpr std::int64_t most_ns = std::int64_t{1} << 62;
    constexpr std::int64_t half_era_s = ntp_era_s / 2;
    const std::int64_t wanted_s = std::clamp(unix_ns, -most_ns, most_ns) / ns_per_s + ntp_to_unix_s;
    const std::int64_t apart_s = wanted_s - static_cast<std::int64_t>(tag >> 32) + half_era_s;
    const std::int64_t era = apart_s >= 0 ? apart_s / ntp_era_s : (apart_s + 1) / ntp_era_s - 1;
    return unix_in(era, tag);
}

std::uint64_t timebase::to_ntp(std::int64_t time_ns) const noexcept {
    const std::int64_t unix_ns = time_ns + offset_ns();
    std::int64_t seconds = unix_ns / ns_per_s;
    std::int64_t nanos = unix_ns % ns_per_s;
    if (nanos < 0) {
        nanos += ns_per_s;
        --seconds;
    }
    const auto whole = static_cast<std::uint64_t>(seconds + ntp_to_unix_s) & 0xffffffffU;
    const std::uint64_t tag =
        (whole << 32) + roundest(fraction_of(2 * nanos - 1), fraction_of(2 * nanos + 1) - 1);
    return std::max(tag, ntp_soonest); // exactly at the roll-over
}

std::int64_t timebase::from_unix(std::int64_t unix_ns) const noexcept {
    return unix_ns - offset_ns();
}

} // namespace tactus::time
