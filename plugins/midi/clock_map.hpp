// SPDX-License-Identifier: MIT
// Maps a MIDI system's clock to the host's: JACK's, or that of a sequencer queue. Arithmetic only;
// the caller reads the clocks. Threads: one at a time.
#pragma once

#include <cstdint>

namespace midi {

/// A reading of the other clock between two of the host's bounds the difference of the clocks; the
/// present estimate is kept while it lies within those bounds. A reader that is delayed between two
/// readings therefore changes nothing, and two identical clocks stay identical.
class clock_map {
public:
    /// Units: ns of the host clock; us of the other, rounded down.
    void add_reading(std::int64_t before_ns, std::uint64_t other_us,
                     std::int64_t after_ns) noexcept {
        const std::int64_t other_ns = static_cast<std::int64_t>(other_us) * 1000;
        const std::int64_t least_ns = before_ns - other_ns - 1000;
        const std::int64_t most_ns = after_ns - other_ns;
        if (difference_ns_ < least_ns || difference_ns_ > most_ns) {
            difference_ns_ = least_ns + (most_ns - least_ns) / 2;
        }
    }
    /// Reads both clocks, and repeats that if the reader was delayed: in the very first reading,
    /// half of the delay would become an error. `host_ns()` and `other_us()` are the clocks.
    template <class Host, class Other>
    void look_at(Host&& host_ns, Other&& other_us) noexcept {
        constexpr int readings_max = 4;
        constexpr std::int64_t close_ns = 100'000;
        for (int i = 0; i < readings_max; ++i) {
            const std::int64_t before_ns = host_ns();
            const std::uint64_t now_us = other_us();
            const std::int64_t after_ns = host_ns();
            add_reading(before_ns, now_us, after_ns);
            if (after_ns - before_ns <= close_ns) {
                return;
            }
        }
    }
    std::int64_t to_host_ns(std::uint64_t other_us) const noexcept {
        return static_cast<std::int64_t>(other_us) * 1000 + difference_ns_;
    }

private:
    std::int64_t difference_ns_ = 0;
};

} // namespace midi
