// SPDX-License-Identifier: MIT
// Shows that a thread which runs again and again, JACK's in each period, has not run for a while.
// That thread sets a timer of the kernel anew, ten times a second at most: while it does, the timer
// never expires, and therefore nothing is woken. Threads: each function says whose it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace midi {

class quiet_timer {
public:
    // How old a setting may be before it is replaced.
    static constexpr std::chrono::nanoseconds step = std::chrono::milliseconds(100);

    quiet_timer() noexcept;
    quiet_timer(const quiet_timer&) = delete;
    quiet_timer& operator=(const quiet_timer&) = delete;
    ~quiet_timer();

    // Any thread's.

    /// The thread is to run from now on: the timer expires unless it runs again within `limit`,
    /// less `step` at most. Blocks: never.
    void begin(std::chrono::nanoseconds limit) noexcept;
    /// The thread ran now. Nothing before begin() and after cease(). Blocks: never.
    void ran() noexcept;
    /// Nobody is to run: it does not expire.
    void cease() noexcept;

    // The loop's.

    /// Readable once it has expired; -1: the system gave none, and it never expires.
    [[nodiscard]] int fd() const noexcept { return fd_; }
    /// Call it when the fd is readable.
    void drain() noexcept;

    // The worker's.

    /// Whether it has expired since the last call.
    [[nodiscard]] bool take_expired() noexcept {
        return has_expired_.exchange(false, std::memory_order_relaxed);
    }

private:
    void set(std::chrono::nanoseconds in) noexcept;

    const int fd_;
    std::atomic<std::int64_t> limit_ns_{0}; // 0: nobody is to run. Relaxed: it guards no data.
    // When the timer was set last, by any thread. Relaxed: two that set it at once set the same.
    std::atomic<std::int64_t> set_ns_{0};
    // Set by the loop, cleared by the worker, which is told otherwise. Relaxed.
    std::atomic<bool> has_expired_{false};
};

} // namespace midi
