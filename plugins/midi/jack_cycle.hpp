// SPDX-License-Identifier: MIT
// JACK periods: the frame of a period in which an event is due, and how many periods were missed.
// Arithmetic only. Units: ns of the host clock.
#pragma once

#include <cstdint>
#include <optional>

namespace midi {

/// One period.
struct jack_cycle {
    std::uint32_t frames = 0;
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0; // when the next begins; after begin_ns

    /// The frame that contains that moment: 0 if it is past, `frames` if it is in a later period.
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

    /// When that frame begins.
    std::int64_t moment_of(std::uint32_t frame) const noexcept {
        const auto whole_ns = static_cast<std::uint64_t>(end_ns - begin_ns);
        return begin_ns + (frames == 0 ? 0 : static_cast<std::int64_t>(whole_ns * frame / frames));
    }
};

/// Periods in which JACK did not run us: it goes on without a client that was not run in time and
/// does not report that, but time has passed. Threads: JACK's.
class missed_periods {
public:
    /// Given a period's length and first frame, returns how many periods were missed before it.
    std::uint32_t before(std::uint32_t frames, std::uint32_t first) noexcept {
        const auto gap = static_cast<std::int32_t>(first - next_frame_.value_or(first));
        next_frame_ = first + frames;
        return gap > 0 && frames > 0 ? static_cast<std::uint32_t>(gap) / frames : 0;
    }

private:
    std::optional<std::uint32_t> next_frame_;
};

} // namespace midi
