// SPDX-License-Identifier: MIT
// What JACK may have lost of the messages written to one port, and the ends (of notes and pedals)
// that are written again because of it. Counts periods: JACK reports an xrun late, or not at all,
// and what was written in the two periods before one may not have arrived. Threads: JACK's.
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
    // were written within that time may be lost.
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
            repeats_ = period_ - late_period_ <= passing_periods ? repeats_ + 1 : 0;
            late_period_ = period_;
            must_repeat_ = repeats_ < repeats_max;
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

    /// Ends may be lost that were not repeated yet.
    [[nodiscard]] bool must_repeat() const noexcept { return must_repeat_; }
    /// Writes the ends of the last `periods` again, at that frame, unless the note or pedal has
    /// begun again. If they do not all fit, the next period must start over.
    void repeat(std::int64_t periods, std::uint32_t frame, jack_room& to) noexcept {
        must_repeat_ = false;
        ends_.for_each_since(period_ - periods, [&](const std::array<std::uint8_t, 3>& end) {
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

    /// How many periods ago something was written, and JACK was found to be late.
    [[nodiscard]] std::int64_t since_written() const noexcept { return period_ - written_period_; }
    [[nodiscard]] std::int64_t since_late() const noexcept { return period_ - late_period_; }

private:
    jack_ends ends_;
    std::int64_t period_ = 1'000'000'000; // starts long after period 0
    std::int64_t written_period_ = 0;     // the last in which something was written
    std::int64_t late_period_ = 0;        // the last in which JACK was found to be late
    std::uint32_t written_now_ = 0;       // messages, in the present period
    std::uint32_t written_before_ = 0;    // in the one before
    std::uint32_t xruns_seen_ = 0;
    int repeats_ = 0; // in a row
    bool must_repeat_ = false;
};

} // namespace midi
