// SPDX-License-Identifier: MIT
// What a worker asks of the system, behind a seam: thread_linux.cpp.
#pragma once

#include <semaphore.h>

#include <cstdint>
#include <string>
#include <thread>

namespace tactus::host {

// The calling thread: its name (15 bytes are shown), and wake-ups as exact as the system can.
void prepare_thread(const std::string& name) noexcept;

// Only runs when nothing else wants the processor.
void make_idle_priority(std::thread& thread) noexcept;

// A wake-up that can be waited for until a moment. A wake between two waits is not lost.
class wake_signal {
public:
    wake_signal() noexcept;
    wake_signal(const wake_signal&) = delete;
    wake_signal& operator=(const wake_signal&) = delete;
    ~wake_signal();

    void wake() noexcept; // threads: any
    void wait() noexcept;
    // At the latest until CLOCK_MONOTONIC is due_ns.
    void wait_until(std::int64_t due_ns) noexcept;

private:
    sem_t semaphore_;
};

} // namespace tactus::host
