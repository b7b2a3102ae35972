// SPDX-License-Identifier: MIT
// What a thread of a plugin's own (a driver's callback) emits: copied into a ring, read on the
// loop, which is woken only when it does not look at the ring already. Full is counted, nothing
// waits.
#pragma once

#include "kernel/base/record_ring.hpp"
#include "kernel/host/surroundings.hpp"

#include <tactus/event.h>

#include <atomic>
#include <cstdint>

namespace tactus::host {

class foreign_ring {
public:
    static constexpr std::size_t ring_bytes = std::size_t{1} << 18;

    foreign_ring(const surroundings& around, std::uint16_t input)
        : around_(around), input_(input), ring_(ring_bytes) {
        (void)ring_.consumer_may_sleep(); // the loop is not looking: the first push wakes it
    }

    // Takes all; what finds no room is counted as rejected{rate}. Threads: one at a time, not the
    // loop. True: the loop must be told to drain.
    [[nodiscard]] bool push(const tactus_batch& batch) noexcept;
    // Threads: loop.
    void drain() noexcept;

private:
    const surroundings& around_;
    std::uint16_t input_;
    base::record_ring ring_;
    // Written by the pushing thread, taken by the loop: relaxed, a count that stands for itself.
    std::atomic<std::uint64_t> lost_{0};
};

} // namespace tactus::host
