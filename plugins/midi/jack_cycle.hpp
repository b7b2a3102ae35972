// SPDX-License-Identifier: MIT
// JACK's time and ours: which frame of a period is the one in which something is due. Arithmetic
// only; the caller reads the clocks. Units: ns of the host clock, unless a name says us.
#pragma once

#include <cstdint>

namespace midi {

/// One period.
struct jack_cycle {
    std::uint32_t frames = 0;
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0; // when the next begins; after begin_ns

    /// The frame in which that moment lies. What is past: 0; what is a later period's: `frames`.
    std::uint32_t frame_of(std::int64_t moment_ns) const noexcept {
        if (moment_ns <= begin_ns) {
            return 0;
        }
        if (moment_ns >= end_ns) {
            return frames;
        }
        const auto since_ns = static_cast<std::uint64_t>(moment_ns - begin_ns);
        return static_cast<std::uint32_t>(since_ns * frames /
                                          static_cast<std::uint64_t>(end_ns - begin_ns));
    }
};

/// JACK may use another clock than ours. Each reading of JACK's between two of ours says between
/// which bounds the difference lies; what it was taken for is kept as long as it lies there. So
/// whoever is held up between two readings changes nothing, and two clocks that are one stay one.
class jack_clock {
public:
    void look(std::int64_t before_ns, std::uint64_t jack_us, std::int64_t after_ns) noexcept {
        const std::int64_t jack_ns = static_cast<std::int64_t>(jack_us) * 1000;
        const std::int64_t least_ns = before_ns - jack_ns - 1000; // JACK's is rounded down
        const std::int64_t most_ns = after_ns - jack_ns;
        if (difference_ns_ < least_ns || difference_ns_ > most_ns) {
            difference_ns_ = least_ns + (most_ns - least_ns) / 2;
        }
    }
    std::int64_t to_ours(std::uint64_t jack_us) const noexcept {
        return static_cast<std::int64_t>(jack_us) * 1000 + difference_ns_;
    }

private:
    std::int64_t difference_ns_ = 0;
};

} // namespace midi
