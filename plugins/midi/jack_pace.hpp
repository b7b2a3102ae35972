// SPDX-License-Identifier: MIT
// How much may be written to RtMidi's JACK ring without waiting inside RtMidi: its sendMessage
// spins while the ring is full, for ever where the server has died or hangs. RtMidi does not say
// how full the ring is, but each JACK period empties it, and the frame time shows the periods go
// by. So what was written before the last but one period is gone; the rest is counted as still
// there. Arithmetic only; the caller brings the frame time and the time, and does the waiting.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace midi {

class jack_pace {
public:
    using clock = std::chrono::steady_clock;

    // RtMidi 5's ring of 16384 bytes, of which a jack_ringbuffer can hold one less.
    static constexpr std::size_t ring_bytes = 16383;
    // Per event: 4 bytes of size in the ring; and as much again, so that what one period reads
    // also finds room in JACK's own port buffer (32 KiB, 12 bytes an event besides long data).
    static constexpr std::size_t event_bytes = 7;
    static constexpr std::size_t size_max = ring_bytes - event_bytes;

    enum class verdict : std::uint8_t {
        go,    // counted; write it now
        wait,  // ask again in a moment
        frozen // no period for `limit`: the server hangs
    };

    /// `limit`: so long without a period is no delay but a fault.
    jack_pace(clock::duration limit, std::uint32_t frame, clock::time_point now) noexcept
        : limit_(limit), frame_(frame), seen_(now) {}

    /// Bounds: size <= size_max, else it is never allowed.
    verdict ask(std::size_t size, std::uint32_t frame, clock::time_point now) noexcept {
        const bool has_moved = look(frame, now);
        const std::size_t cost = size + event_bytes;
        if (!has_moved && now - seen_ > limit_) {
            return verdict::frozen;
        }
        if (before_ + since_ + cost > ring_bytes) {
            return verdict::wait;
        }
        since_ += cost;
        return verdict::go;
    }

    /// True where a period has gone by since the last look.
    bool look(std::uint32_t frame, clock::time_point now) noexcept {
        if (frame == frame_) {
            return false;
        }
        frame_ = frame;
        seen_ = now;
        before_ = since_;
        since_ = 0;
        return true;
    }

private:
    clock::duration limit_;
    std::uint32_t frame_;
    clock::time_point seen_; // when frame_ was new
    std::size_t before_ = 0; // bytes written in the period before the present one
    std::size_t since_ = 0;  // bytes written since
};

} // namespace midi
