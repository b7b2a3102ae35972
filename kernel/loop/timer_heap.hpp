// SPDX-License-Identifier: MIT
// The armed timers, earliest first, FIFO among equals: a binary heap of pointers in which each node
// knows its index, so that disarming is O(log n). For few entries (one per waiting coroutine);
// events use the timed queue. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <cstdint>
#include <vector>

namespace tactus::loop {

class timer_heap {
public:
    void push(coro::timer& node, std::int64_t due_ns);
    void remove(coro::timer& node) noexcept;
    // Timers pushed from now on have this sequence or a higher one.
    [[nodiscard]] std::uint64_t next_sequence() const noexcept { return sequence_; }
    // The earliest, or nullptr.
    [[nodiscard]] coro::timer* top() const noexcept {
        return heap_.empty() ? nullptr : heap_.front();
    }

private:
    void place(std::size_t index, coro::timer* node) noexcept;
    void sift_up(std::size_t index) noexcept;
    void sift_down(std::size_t index) noexcept;

    std::vector<coro::timer*> heap_;
    std::uint64_t sequence_ = 0;
};

} // namespace tactus::loop
