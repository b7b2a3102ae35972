// SPDX-License-Identifier: MIT
// The periods that JACK's thread works for one client, as its worker sees them: whether the server
// still shows any, and waiting for them. Threads: each function says whose it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace midi {

class jack_progress {
public:
    using clock = std::chrono::steady_clock;

    // JACK's thread's.

    void begin_period() noexcept { begun_.fetch_add(1, std::memory_order_seq_cst); }
    /// All work of the period is done.
    void end_period() noexcept { ended_.fetch_add(1, std::memory_order_release); }

    // The worker's.

    /// A server that shows no period for longer than `limit` from now on hangs.
    void start(clock::duration limit) noexcept {
        limit_ = limit;
        moved_ = clock::now();
    }
    /// Whether a period has ended since the last check.
    bool has_moved() noexcept {
        const std::uint64_t now = ended();
        if (now == seen_) {
            return false;
        }
        seen_ = now;
        moved_ = clock::now();
        return true;
    }
    [[nodiscard]] bool has_hung() noexcept {
        return !has_moved() && clock::now() - moved_ > limit_;
    }
    /// Waits for a period to end. Returns false if none does within a quarter of the limit, which
    /// is then over. Blocks: that long.
    [[nodiscard]] bool goes_on() noexcept {
        const clock::time_point until = clock::now() + limit_ / 4;
        static_cast<void>(has_moved()); // what moved before is old
        while (!has_moved()) {
            if (clock::now() > until) {
                return false;
            }
            std::this_thread::sleep_for(step);
        }
        return true;
    }
    /// Waits until holds(), or until the server hangs. Blocks: up to the limit after the last
    /// period.
    template <class Holds>
    void wait_until(Holds holds) noexcept {
        moved_ = clock::now();
        while (!holds() && !has_hung()) {
            std::this_thread::sleep_for(step);
        }
    }
    /// Waits until so many more periods have ended, or as wait_until().
    template <class Holds>
    void wait_for_periods(std::uint64_t count, Holds or_holds) noexcept {
        const std::uint64_t until = ended() + count;
        wait_until([&] { return ended() >= until || or_holds(); });
    }
    /// Waits for the callback in progress, if any, to end; later ones see what was stored, in
    /// sequential consistency, before this call. Returns even if the server has died, since the
    /// callback is not cut off (cancellation_guard.hpp).
    void wait_for_callback() const noexcept {
        const std::uint64_t until = begun_.load(std::memory_order_seq_cst);
        while (ended() < until) {
            std::this_thread::sleep_for(step);
        }
    }

private:
    static constexpr clock::duration step = std::chrono::microseconds(200);

    [[nodiscard]] std::uint64_t ended() const noexcept {
        return ended_.load(std::memory_order_acquire);
    }

    // How many periods JACK's thread has begun and ended. Written by it, read by the worker.
    // begun_: sequentially consistent, so that a callback that wait_for_callback() does not see
    // sees what the worker stored before. ended_: release, acquire, since a period's work is done
    // when it is counted.
    std::atomic<std::uint64_t> begun_{0};
    std::atomic<std::uint64_t> ended_{0};
    // The worker's:
    clock::duration limit_{};
    std::uint64_t seen_ = 0;
    clock::time_point moved_{}; // when seen_ last changed
};

} // namespace midi
