// SPDX-License-Identifier: MIT
// Whether a source is still there that has said FE, active sensing: from then on it says something
// at least every 300 ms, or it is taken to be gone (MIDI 1.0; 10 % are for clocks that differ).
//
//   not watched --FE--> watched --nothing for 330 ms--> not watched
//
// It keeps the time only; event_receiver.hpp ends what such a source has left. Threads: as each
// says.
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

    /// Held while the source's bytes are taken in, and while what it left is ended. So its thread
    /// waits only where bytes come in the very moment in which it is taken to be gone.
    std::mutex& mutex() noexcept { return mutex_; }

    /// Something came, FE among it or not. True: from now on it is watched. Threads: who holds the
    /// mutex.
    bool heard(bool has_sensed, std::int64_t now_ns) noexcept {
        const bool was_watched = heard_ns_.load(std::memory_order_relaxed) != 0;
        if (was_watched || has_sensed) {
            heard_ns_.store(now_ns, std::memory_order_relaxed);
        }
        return has_sensed && !was_watched;
    }
    /// It is not watched any more. Threads: who holds the mutex.
    void forget() noexcept { heard_ns_.store(0, std::memory_order_relaxed); }

    /// When it is gone if nothing comes; never_ns: it is not watched. Threads: any; who acts on it
    /// asks again with the mutex held.
    std::int64_t gone_ns() const noexcept {
        const std::int64_t heard_ns = heard_ns_.load(std::memory_order_relaxed);
        return heard_ns == 0 ? never_ns : heard_ns + span_ns;
    }

private:
    std::mutex mutex_;
    // 0: not watched; else when something came last. Written with the mutex held, read by the
    // worker without it. Relaxed: it stands for itself, and all else is read under the mutex.
    std::atomic<std::int64_t> heard_ns_{0};
};

} // namespace midi
