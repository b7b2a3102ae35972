// SPDX-License-Identifier: MIT
// What a thread of ours sleeps on. Waking takes no lock, so that a real-time thread may do it, and
// a wake between two waits is not lost: each ends one wait. A seam:
// semaphore_linux.cpp.
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
    // At the latest until CLOCK_MONOTONIC is due_ns.
    void wait_until(std::int64_t due_ns) noexcept;

private:
    sem_t semaphore_;
};

} // namespace tactus::base
