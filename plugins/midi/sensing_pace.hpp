// SPDX-License-Identifier: MIT
// When an output sends FE, active sensing: a sender that has sent it once sends something at least
// every 300 ms (MIDI 1.0), or its receiver takes the line to be cut. FE is due when nothing else
// has left for 270 ms, which leaves 30 ms for threads that wake late and for JACK's periods.
// Arithmetic only; the caller supplies the time, and sends. Threads: one at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace midi {

class sensing_pace {
public:
    static constexpr std::int64_t span_ns =
        std::chrono::nanoseconds(std::chrono::milliseconds(270)).count();
    // The delay before another attempt if there was no room for FE.
    static constexpr std::int64_t retry_ns =
        std::chrono::nanoseconds(std::chrono::milliseconds(5)).count();

    /// When FE is to leave: now or earlier if nothing has left yet.
    std::int64_t due_ns() const noexcept { return last_ns_ + span_ns; }
    /// When to hand it over to a system that needs it that long ahead.
    std::int64_t look_ns(std::int64_t lookahead_ns) const noexcept {
        return due_ns() - std::min(lookahead_ns, span_ns / 2);
    }

    /// A message leaves at that moment.
    void leaves(std::int64_t moment_ns) noexcept { last_ns_ = std::max(last_ns_, moment_ns); }
    /// Messages that were to leave later have left by now.
    void flushed(std::int64_t now_ns) noexcept { last_ns_ = std::min(last_ns_, now_ns); }

private:
    std::int64_t last_ns_ = -span_ns;
};

} // namespace midi
