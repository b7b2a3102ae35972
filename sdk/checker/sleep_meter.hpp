// SPDX-License-Identifier: MIT
// How long this thread slept, and how long it computed: time that a busy machine takes from it
// counts as neither. Also how much memory is in use. Linux.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tactus::checker {

struct thread_times {
    std::int64_t asleep_ns = 0;
    std::int64_t running_ns = 0;
};

class sleep_meter {
public:
    /// Begins to measure.
    void start();
    /// Since start, of the same thread. All 0 where the system does not tell.
    thread_times stop() const;

private:
    std::int64_t wall_ns_ = 0;
    std::int64_t running_ns_ = 0;
    std::int64_t waiting_ns_ = 0; // ready to run, without a processor
};

/// Bytes that this process has allocated and not freed.
struct memory_use {
    std::size_t allocated = 0; // bytes by malloc; 0 where the system does not tell
    std::size_t mapped = 0;    // bytes of the address space, of which malloc has some
};
memory_use memory_in_use();

} // namespace tactus::checker
