// SPDX-License-Identifier: MIT
// Maps another machine's clock to ours, from the times at which its messages claim to have left and
// at which they arrived. The difference includes the delay, which varies and is never negative.
// Therefore the fastest messages are the most informative. For each second the fastest message is
// kept, for a minute, and a line is fitted under these points: its height is the offset, its slope
// the drift.
//
//   came - left     .        . .            delays
//                 .   .  .       .  .
//               _____________________.___   the line: the edge of the lower convex hull that is
//                 *        *       *        above the mean of the times
//
// If a sender's clock jumps ahead, this is detected at once (no message arrives before it left), or
// after early_to_step messages. If it jumps back by more than step_ns, this is detected when all
// messages have been late by that much for a second: a message that is not late, or is even early,
// restarts that second.
// The line is held until a better one is off by more than hold_ns: two events of one time stay
// together. The delay that is always present cannot be known: see add_round_trip, else it is part
// of the offset. Pure: no clock is read. Source of the hull: Zhang, Liu, Xia, "Clock
// synchronization algorithms for network measurements", INFOCOM 2002. Threads: any, one at a time.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tactus {
inline namespace v0_1 {

struct sender_clock_settings {
    std::int64_t step_ns = 100'000'000; // a smaller jump back counts as delay, for a minute
    std::int64_t hold_ns = 200'000;
    // This many messages in a row must have arrived before they left, by step_ns, to show that the
    // clock jumped ahead. More than 1 if the known time is only near the one when a message left.
    std::uint32_t early_to_step = 1;
};

class sender_clock {
public:
    static constexpr std::int64_t slot_ns = 1'000'000'000;
    static constexpr std::size_t slots = 64;
    static constexpr double drift_max = 1e-3;                  // a quartz is 20 times better
    static constexpr std::int64_t drift_span_ns = 8 * slot_ns; // if shorter, the drift is not known
    static constexpr std::uint32_t late_to_step = 6;
    static constexpr std::int64_t late_to_step_ns = slot_ns;
    /// The times that a sender reports are cut to this, 146 years either way. A longer round
    /// trip is ignored.
    static constexpr std::int64_t time_max_ns = std::int64_t{1} << 62;
    static constexpr std::int64_t round_trip_max_ns = 60'000'000'000;

    /// The conclusion from one message about its sender's clock.
    enum class reading : std::uint8_t {
        taken, ///< it is within step_ns of the known offset, or the clock is followed from here on
        early, ///< it came before it left, by more than step_ns: the clock may have jumped ahead
        late,  ///< it came later than that: delay, or the clock was set back
    };

    sender_clock() noexcept = default;
    explicit sender_clock(const sender_clock_settings& settings) noexcept : settings_(settings) {}

    /// A message that left at `left_ns` of its sender's clock and arrived at `came_ns` of ours.
    /// Cost: one comparison for most, 64 steps for one that is faster than any other of its second.
    /// Early and late messages change nothing until there are enough to show a step.
    reading add(std::int64_t left_ns, std::int64_t came_ns) noexcept {
        left_ns = bounded(left_ns);
        const sample now{left_ns, difference(came_ns, left_ns)};
        if (!is_known()) {
            restart(now);
            return reading::taken;
        }
        const std::int64_t late_ns = difference(now.offset_ns, offset_at(left_ns, held_));
        if (late_ns < -settings_.step_ns) {
            late_count_ = 0;
            return suspect(now);
        }
        early_count_ = 0;
        if (late_ns > settings_.step_ns) {
            return doubt(now);
        }
        late_count_ = 0;
        take(now);
        return reading::taken;
    }
    /// Adds the duration of a round trip: half of the shortest one is taken as the delay that every
    /// sample contains.
    void add_round_trip(std::int64_t there_and_back_ns) noexcept {
        if (there_and_back_ns >= 0 && there_and_back_ns <= round_trip_max_ns) {
            delay_ns_ = std::min(delay_ns_, there_and_back_ns / 2);
        }
    }

    bool is_known() const noexcept { return size_ != 0; }
    /// Converts a time of the sender's clock to ours. Bounds: is_known().
    std::int64_t to_host(std::int64_t sender_ns) const noexcept {
        const std::int64_t delay_ns = delay_ns_ == no_delay ? 0 : delay_ns_;
        return difference(offset_at(bounded(sender_ns), held_) - delay_ns, -bounded(sender_ns));
    }
    /// Our clock minus the sender's, at that time of the sender's. Bounds: is_known().
    std::int64_t offset_ns(std::int64_t sender_ns) const noexcept {
        return difference(to_host(sender_ns), bounded(sender_ns));
    }
    /// How much faster our clock is; 1e-6 is one second in twelve days.
    double drift() const noexcept { return held_.slope; }
    /// How often the sender's clock jumped.
    std::uint64_t steps() const noexcept { return steps_; }

private:
    static constexpr std::int64_t no_delay = std::numeric_limits<std::int64_t>::max();

    struct sample {
        std::int64_t left_ns = 0;
        std::int64_t offset_ns = 0; // came - left
    };
    struct line {
        sample through;
        double slope = 0;
    };

    static std::int64_t bounded(std::int64_t time_ns) noexcept {
        return std::clamp(time_ns, -time_max_ns, time_max_ns);
    }
    // Cut to the range: a sender may report anything.
    static std::int64_t difference(std::int64_t of, std::int64_t and_of) noexcept {
        std::int64_t made = 0;
        if (!__builtin_sub_overflow(of, and_of, &made)) {
            return made;
        }
        return of < 0 ? std::numeric_limits<std::int64_t>::min() / 2
                      : std::numeric_limits<std::int64_t>::max() / 2;
    }
    static std::int64_t offset_at(std::int64_t left_ns, const line& along) noexcept {
        const auto run = static_cast<double>(difference(left_ns, along.through.left_ns));
        return along.through.offset_ns + std::llround(run * along.slope);
    }
    static double slope_of(const sample& from, const sample& to) noexcept {
        return static_cast<double>(to.offset_ns - from.offset_ns) /
               static_cast<double>(to.left_ns - from.left_ns);
    }

    void restart(const sample& first) noexcept {
        points_[0] = first;
        size_ = 1;
        early_count_ = late_count_ = 0;
        held_ = line{first, 0};
    }
    void step(const sample& first) noexcept {
        steps_ += size_ > 1 ? 1 : 0; // otherwise the very first message was a slow one
        restart(first);
    }
    // Early by more than a step: an outlier, or, after enough in a row, the clock jumped ahead.
    reading suspect(const sample& now) noexcept {
        if (++early_count_ < settings_.early_to_step) {
            return reading::early;
        }
        step(now);
        return reading::taken;
    }
    // Late by more than a step: delay, or, if all are late for a second, the clock was set back.
    reading doubt(const sample& now) noexcept {
        if (late_count_++ == 0 || now.offset_ns < least_late_.offset_ns) {
            least_late_ = now;
        }
        const std::int64_t came_ns = now.left_ns + now.offset_ns;
        if (late_count_ == 1) {
            first_late_ns_ = came_ns;
        } else if (late_count_ >= late_to_step && came_ns - first_late_ns_ >= late_to_step_ns) {
            step(sample(least_late_));
            // It may still be later than the others, by a step of its own.
            return difference(now.offset_ns, held_.through.offset_ns) > settings_.step_ns
                       ? doubt(now)
                       : reading::taken;
        }
        return reading::late;
    }

    void take(const sample& now) noexcept {
        sample& last = points_[size_ - 1];
        if (now.left_ns < last.left_ns || slot_of(now) == slot_of(last)) {
            if (now.offset_ns >= last.offset_ns) {
                return;
            }
            last = sample{std::max(now.left_ns, last.left_ns), now.offset_ns};
        } else {
            if (size_ == slots || is_old(now)) {
                forget(now);
            }
            points_[size_++] = now;
        }
        hold(fit());
    }
    static std::int64_t slot_of(const sample& of) noexcept { return of.left_ns / slot_ns; }
    bool is_old(const sample& now) const noexcept {
        return now.left_ns - points_[0].left_ns > static_cast<std::int64_t>(slots) * slot_ns;
    }
    void forget(const sample& now) noexcept {
        std::size_t gone = size_ == slots ? 1 : 0;
        while (gone < size_ &&
               now.left_ns - points_[gone].left_ns > static_cast<std::int64_t>(slots) * slot_ns) {
            ++gone;
        }
        std::move(points_.begin() + static_cast<std::ptrdiff_t>(gone),
                  points_.begin() + static_cast<std::ptrdiff_t>(size_), points_.begin());
        size_ -= gone;
    }

    // A line under all points.
    line fit() const noexcept {
        const auto lowest = std::min_element(
            points_.begin(), points_.begin() + static_cast<std::ptrdiff_t>(size_),
            [](const sample& a, const sample& b) { return a.offset_ns < b.offset_ns; });
        if (points_[size_ - 1].left_ns - points_[0].left_ns < drift_span_ns) {
            return line{*lowest, 0};
        }
        std::array<sample, slots> hull{};
        std::size_t corners = 0;
        double mean_ns = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const sample& next = points_[i];
            while (corners >= 2 && slope_of(hull[corners - 2], next) <=
                                       slope_of(hull[corners - 2], hull[corners - 1])) {
                --corners;
            }
            hull[corners++] = next;
            mean_ns +=
                static_cast<double>(next.left_ns - points_[0].left_ns) / static_cast<double>(size_);
        }
        std::size_t end = 1;
        while (end + 1 < corners &&
               static_cast<double>(hull[end].left_ns - points_[0].left_ns) < mean_ns) {
            ++end;
        }
        const double slope = slope_of(hull[end - 1], hull[end]);
        return std::abs(slope) <= drift_max ? line{hull[end], slope} : line{*lowest, 0};
    }
    void hold(const line& better) noexcept {
        const std::int64_t now_ns = points_[size_ - 1].left_ns;
        const std::int64_t off_ns = offset_at(now_ns, better) - offset_at(now_ns, held_);
        if (std::abs(off_ns) > settings_.hold_ns) {
            held_ = better;
        }
    }

    sender_clock_settings settings_;
    std::array<sample, slots> points_{}; // the fastest of each slot, in order of time
    std::size_t size_ = 0;
    line held_;
    sample least_late_;
    std::int64_t first_late_ns_ = 0;
    std::int64_t delay_ns_ = no_delay;
    std::uint64_t steps_ = 0;
    std::uint32_t early_count_ = 0; // in a row
    std::uint32_t late_count_ = 0;  // in a row
};

} // namespace v0_1
} // namespace tactus
