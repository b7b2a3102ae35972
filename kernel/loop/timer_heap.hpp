// SPDX-License-Identifier: MIT
// The armed timers, earliest first, FIFO among equals: a binary heap of pointers in which each node
// knows its index, so that disarming is O(log n). For few entries (one per waiting coroutine);
// events use the timed queue. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace tactus::loop {

class timer_heap {
public:
    // A timer that a firing timer arms for the past waits behind all that are already due.
    void push(coro::timer& node, std::int64_t due_ns);
    void remove(coro::timer& node) noexcept;
    // Fires what is due. Timers armed meanwhile wait for the next call.
    void fire_due(std::int64_t now_ns) noexcept;
    // The earliest, or nullptr.
    [[nodiscard]] coro::timer* top() const noexcept {
        return heap_.empty() ? nullptr : heap_.front();
    }

private:
    static constexpr std::int64_t not_firing_ns = std::numeric_limits<std::int64_t>::min();

    void place(std::size_t index, coro::timer* node) noexcept;
    void sift_up(std::size_t index) noexcept;
    void sift_down(std::size_t index) noexcept;

    std::vector<coro::timer*> heap_;
    std::uint64_t sequence_ = 0;
    std::int64_t firing_at_ns_ = not_firing_ns;
};

} // namespace tactus::loop
