// SPDX-License-Identifier: MIT
// Lets a kernel thread sleep until woken. Waking takes no lock, so a real-time thread may do it,
// and wakes between two waits are not lost: each ends one wait. A seam: semaphore_linux.cpp.
#pragma once

#include <semaphore.h>

#include <cstdint>

namespace tactus::base {

class semaphore {
public:
    semaphore() noexcept;
    semaphore(const semaphore&) = delete;
    semaphore& operator=(const semaphore&) = delete;
    ~semaphore();

    void wake() noexcept; // threads: any
    void wait() noexcept;
    // Waits at most until CLOCK_MONOTONIC reaches due_ns.
    void wait_until(std::int64_t due_ns) noexcept;

private:
    sem_t semaphore_;
};

} // namespace tactus::base
