// SPDX-License-Identifier: MIT
// Which frame of a period of JACK's is the one in which something is due. Arithmetic only. Units:
// ns of the host clock.
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

} // namespace midi
