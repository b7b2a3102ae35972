// SPDX-License-Identifier: MIT
// In which order what waits for its frame may stand. What was handed over later and is due earlier
// goes first, so that what is played live does not wait behind what is known ahead; but the kernel
// follows notes in the order in which it handed them over, so what begins or ends the same thing
// keeps that order, or a note could go on without anyone knowing of it:
//
//   a note, or its pressure    not before the same note of its channel, or a channel mode message
//   a controller               not before the same one of its channel, or a channel mode message
//   a channel mode message     not before any note or controller of its channel
//   SysEx and reset            not before anything; nothing of a channel before them
//   all others                 are free
//
// It holds the latest moment of each; 33 KiB. Threads: JACK's.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace midi {

class jack_moments {
public:
    jack_moments() noexcept { forget(); }

    /// When the message is to stand; its due time or later. It is the latest now.
    std::int64_t of(std::int64_t due_ns, std::span<const std::uint8_t> message) noexcept {
        const std::uint8_t status = message.empty() ? 0xFE : message[0];
        const std::size_t channel = status & 0x0FU;
        const bool is_long = status < 0x80 || status == 0xF0 || status == 0xF7 || status == 0xFF;
        if (is_long) {
            reset_ns_ = std::max(due_ns, latest_ns_);
            latest_ns_ = reset_ns_;
            return reset_ns_;
        }
        if (status >= 0xF8) {
            return due_ns;
        }
        const std::int64_t free_ns = std::max(due_ns, reset_ns_);
        latest_ns_ = std::max(latest_ns_, free_ns);
        if (status >= 0xC0 || message.size() < 3) {
            return free_ns;
        }
        const bool is_controller = status >= 0xB0;
        if (is_controller && message[1] >= 120) {
            modes_[channel] = std::max(free_ns, channels_[channel]);
            return take(channels_[channel], modes_[channel]);
        }
        std::int64_t& own =
            (is_controller ? controllers_ : notes_)[channel * 128 + (message[1] & 0x7FU)];
        own = std::max({free_ns, own, modes_[channel]});
        return take(channels_[channel], own);
    }

    /// All that was is past.
    void forget() noexcept {
        notes_.fill(never);
        controllers_.fill(never);
        modes_.fill(never);
        channels_.fill(never);
        reset_ns_ = never;
        latest_ns_ = never;
    }

private:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

    std::int64_t take(std::int64_t& of_channel, std::int64_t moment_ns) noexcept {
        of_channel = std::max(of_channel, moment_ns);
        latest_ns_ = std::max(latest_ns_, moment_ns);
        return moment_ns;
    }

    std::array<std::int64_t, std::size_t{16} * 128> notes_;
    std::array<std::int64_t, std::size_t{16} * 128> controllers_;
    std::array<std::int64_t, 16> modes_;
    std::array<std::int64_t, 16> channels_; // the latest of its notes, controllers and modes
    std::int64_t reset_ns_;
    std::int64_t latest_ns_; // of all but the free ones of the system
};

} // namespace midi
