// SPDX-License-Identifier: MIT
// How long a receiver has taken nothing, for an output that waits for room there. A receiver that
// takes some bytes, but not enough yet, is slow and not stuck: a MIDI cable takes 1.3 s for a
// driver's buffer. Nor is it stuck if this process or the whole machine did not run meanwhile: the
// time between two questions counts only up to a limit. Threads: one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace midi {

class stall_clock {
public:
    static constexpr std::int64_t step_max_ns = 200'000'000;

    /// Nothing waits there any more.
    void reset() noexcept { is_waiting_ = false; }
    /// Whether it has taken something since it was last asked. `room`: what it could take now.
    bool takes_again(std::size_t room) const noexcept { return !is_waiting_ || room > room_; }
    /// Nanoseconds since it last took something. `room`: the amount that it could take now, in any
    /// unit.
    std::int64_t stalled_ns(std::size_t room, std::int64_t now_ns) noexcept {
        const bool takes = takes_again(room);
        stalled_ns_ =
            takes ? 0 : stalled_ns_ + std::clamp<std::int64_t>(now_ns - asked_ns_, 0, step_max_ns);
        is_waiting_ = true;
        room_ = room;
        asked_ns_ = now_ns;
        return stalled_ns_;
    }

private:
    bool is_waiting_ = false;
    std::size_t room_ = 0;      // when last asked
    std::int64_t asked_ns_ = 0; // when
    std::int64_t stalled_ns_ = 0;
};

} // namespace midi
