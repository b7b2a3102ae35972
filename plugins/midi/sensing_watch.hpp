// SPDX-License-Identifier: MIT
// Whether a source that has sent FE, active sensing, is still there: from then on it sends
// something at least every 300 ms, or it is taken to be gone (MIDI 1.0; 10 % allow for clock
// differences).
//
//   not watched --FE--> watched --nothing for 330 ms--> not watched
//
// It only keeps the time; event_receiver.hpp ends the notes that such a source left sounding.
// Threads: as each function says.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>

namespace midi {

class sensing_watch {
public:
    static constexpr std::int64_t span_ns =
        std::chrono::nanoseconds(std::chrono::milliseconds(330)).count();
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    /// Held while the source's bytes are taken in, and while what it left sounding is ended. The
    /// source's thread therefore waits only if bytes come at the very moment at which it is taken
    /// to be gone.
    std::mutex& mutex() noexcept { return mutex_; }

    /// Bytes came, with or without FE. Returns true if watching begins with them. Threads: the
    /// holder of the mutex.
    bool heard(bool has_sensed, std::int64_t now_ns) noexcept {
        const bool was_watched = heard_ns_.load(std::memory_order_relaxed) != 0;
        if (was_watched || has_sensed) {
            heard_ns_.store(now_ns, std::memory_order_relaxed);
        }
        return has_sensed && !was_watched;
    }
    /// The source is not watched any more. Threads: the holder of the mutex.
    void forget() noexcept { heard_ns_.store(0, std::memory_order_relaxed); }

    /// When the source is gone if nothing comes; never_ns: it is not watched. Threads: any; check
    /// again with the mutex held before acting on it.
    std::int64_t gone_ns() const noexcept {
        const std::int64_t heard_ns = heard_ns_.load(std::memory_order_relaxed);
        return heard_ns == 0 ? never_ns : heard_ns + span_ns;
    }

private:
    std::mutex mutex_;
    // 0: not watched; otherwise when bytes came last. Written with the mutex held, read by the
    // worker without it. Relaxed: no other data depends on it; all else is read under the mutex.
    std::atomic<std::int64_t> heard_ns_{0};
};

} // namespace midi
