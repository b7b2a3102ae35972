// SPDX-License-Identifier: MIT
// Calls that any thread passes to the loop, in order. Of the calls posted in one round, which ends
// when the loop takes them, only the first few wake the loop.
#pragma once

#include "kernel/base/priority_mutex.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace tactus::loop {

class post_queue {
public:
    // Calls wake() if the loop must be woken. Threads: any.
    template <class Wake>
    void post(void (*fn)(void*) noexcept, void* arg, Wake&& wake) {
        std::uint64_t round = 0;
        {
            const std::lock_guard lock(mutex_);
            posted_.push_back({fn, arg});
            round = round_;
        }
        if (rung_round_.load(std::memory_order_relaxed) != round) {
            wake();
            rung_round_.store(round, std::memory_order_relaxed);
        }
    }

    // Runs what was posted before. Threads: loop.
    void run() noexcept {
        {
            const std::lock_guard lock(mutex_);
            if (posted_.empty()) {
                return;
            }
            running_.swap(posted_);
            ++round_;
        }
        for (const call& item : running_) {
            item.fn(item.arg);
        }
        running_.clear();
    }

private:
    struct call {
        void (*fn)(void*) noexcept;
        void* arg;
    };

    base::priority_mutex mutex_; // guards posted_ and round_
    std::vector<call> posted_;
    std::uint64_t round_ = 1; // the next one begins when the loop takes the posted calls
    // The round for which a thread has woken the loop. Any thread reads it before a wake-up and
    // writes it after. A thread that finds another round also wakes the loop, since the one
    // responsible may have been stopped just before it. A late writer's old round costs a write,
    // never a wake-up. Relaxed: it guards nothing.
    std::atomic<std::uint64_t> rung_round_{0};
    std::vector<call> running_; // loop only; keeps its memory between turns
};

} // namespace tactus::loop
