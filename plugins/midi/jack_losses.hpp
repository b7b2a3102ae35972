// SPDX-License-Identifier: MIT
// The messages written to one port that JACK may have lost, and the ends (of notes and pedals)
// that are written again because of it. Counts periods: JACK reports an xrun late, or not at all,
// and the messages written in the two periods before one may not have arrived. While a receiver
// hangs, xruns follow one another: no message written in such a series arrives, not even a repeated
// one. Therefore all its ends are written again when it is over. Threads: JACK's.
#pragma once

#include "jack_cycle.hpp"
#include "jack_ends.hpp"
#include "jack_room.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace midi {

class jack_losses {
public:
    // Once so many have passed since the last message, JACK's graph has passed it on.
    static constexpr std::int64_t passing_periods = 3;
    // An xrun is reported by a thread that an overloaded machine may run this much later: ends that
    // were written within that time may be lost. Xruns that are no further apart are a series.
    static constexpr std::int64_t word_ns = 100'000'000;
    static constexpr int repeats_max = 8; // in a row: xruns may continue without end

    /// A period begins: `missed` were missed before it; JACK has reported `xruns` in all. Returns
    /// how many messages may be lost.
    [[nodiscard]] std::uint32_t begin(std::uint32_t missed, std::uint32_t xruns) noexcept {
        ++period_;
        const bool was_late = std::exchange(xruns_seen_, xruns) != xruns || missed > 0;
        std::uint32_t lost = 0;
        if (was_late) {
            lost = std::exchange(written_now_, 0) + written_before_;
            repeats_ = since_late() <= passing_periods ? repeats_ + 1 : 0;
            must_repeat_ = repeats_ < repeats_max;
            follow_series();
            late_period_ = period_;
        }
        written_before_ = std::exchange(written_now_, 0);
        return lost;
    }
    /// A whole message was written in this period.
    void written(std::span<const std::uint8_t> bytes) noexcept {
        ++written_now_;
        written_period_ = period_;
        ends_.follow(bytes, period_);
    }

    /// How many periods word_ns has at present.
    void count_word_as(std::int64_t periods) noexcept { word_ = periods; }
    /// Ends may be lost that must be repeated now.
    [[nodiscard]] bool must_repeat() const noexcept {
        return must_repeat_ || (is_series_owed_ && since_late() >= word_);
    }
    /// Writes those again, at that frame.
    void repeat(std::uint32_t frame, jack_room& to) noexcept {
        if (is_series_owed_ && since_late() >= word_) {
            repeats_ = period_ - series_said_ > 1 ? 0 : repeats_;
            series_said_ = period_;
            repeat_since(series_began_ - word_, frame, to);
            is_series_owed_ = must_repeat_;
        } else {
            repeat_since(period_ - word_, frame, to);
        }
    }
    /// Writes the ends of the last `periods` again and, if JACK was late in these, those of the
    /// series of xruns.
    void repeat_all(std::int64_t periods, std::uint32_t frame, jack_room& to) noexcept {
        const bool was_late = since_late() <= periods;
        const std::int64_t first = period_ - periods;
        repeat_since(was_late ? std::min(first, series_began_ - word_) : first, frame, to);
    }

    /// How many periods ago something was written, and JACK was found to be late.
    [[nodiscard]] std::int64_t since_written() const noexcept { return period_ - written_period_; }
    [[nodiscard]] std::int64_t since_late() const noexcept { return period_ - late_period_; }

private:
    // Bounds: JACK is late. A series goes on, too, if it may have lost what was written again after
    // it.
    void follow_series() noexcept {
        const bool goes_on = since_late() <= word_ || period_ - series_said_ <= passing_periods;
        series_began_ = goes_on ? series_began_ : period_;
        is_series_owed_ = goes_on;
    }
    // Unless the note or pedal has begun again. If they do not all fit, the next period must start
    // over.
    void repeat_since(std::int64_t period, std::uint32_t frame, jack_room& to) noexcept {
        must_repeat_ = false;
        ends_.for_each_since(period, [&](const std::array<std::uint8_t, 3>& end) {
            std::uint8_t* const room =
                to.left() < end.size() ? nullptr : to.reserve(frame, end.size());
            must_repeat_ = room == nullptr && ++repeats_ < repeats_max;
            if (room != nullptr) {
                std::copy(end.begin(), end.end(), room);
                written_period_ = period_;
            }
            return room != nullptr;
        });
    }

    jack_ends ends_;
    std::int64_t period_ = 1'000'000'000; // starts long after period 0
    std::int64_t written_period_ = 0;     // the last in which something was written
    std::int64_t late_period_ = 0;        // the last in which JACK was found to be late
    std::uint32_t written_now_ = 0;       // messages, in the present period
    std::uint32_t written_before_ = 0;    // in the one before
    std::uint32_t xruns_seen_ = 0;
    int repeats_ = 0; // in a row
    bool must_repeat_ = false;
    std::int64_t word_ = 0;         // periods
    std::int64_t series_began_ = 0; // the period of the last series' first xrun
    std::int64_t series_said_ = 0;  // the last in which the ends of a series were written again
    bool is_series_owed_ = false;   // they must be, when the series is over
};

} // namespace midi
