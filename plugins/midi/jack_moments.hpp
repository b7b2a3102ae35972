// SPDX-License-Identifier: MIT
// The order in which messages that wait for their frames may go. A message handed over later but
// due earlier goes first: live playing must not wait behind events scheduled ahead. But the kernel
// tracks notes in the order in which it handed them over. Therefore messages that begin or end the
// same thing keep that order; otherwise a note could go on unnoticed:
//
//   a note, or its pressure    not before the same note of its channel, or a channel mode message
//   a controller               not before the same one of its channel, or a channel mode message
//   a channel mode message     not before any note or controller of its channel
//   SysEx and reset            not before anything; nothing of a channel before them
//   all others                 are free
//
// Stores the latest moment of each; 33 KiB. Threads: JACK's.
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

    /// Returns the moment for the message, its due time or later, and records it as the latest.
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

    /// Forgets all moments: they are past.
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
    std::int64_t latest_ns_; // of all but the system messages that are free
};

} // namespace midi
