// SPDX-License-Identifier: MIT
// A mutex with priority inheritance: its holder runs at the priority of the thread that waits for
// it. For what the loop shares with ordinary threads: with another kind, a holder that is not given
// the processor keeps the real-time loop waiting for as long as a third thread runs. Uncontended it
// costs as much as std::mutex. For std::lock_guard and std::unique_lock.
#pragma once

#include <pthread.h>

namespace tactus::base {

class priority_mutex {
public:
    // Aborts if the system has no priority inheritance.
    priority_mutex() noexcept;
    priority_mutex(const priority_mutex&) = delete;
    priority_mutex& operator=(const priority_mutex&) = delete;
    ~priority_mutex();

    void lock() noexcept;
    void unlock() noexcept;

private:
    pthread_mutex_t mutex_;
};

} // namespace tactus::base
