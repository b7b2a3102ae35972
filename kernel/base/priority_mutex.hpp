// SPDX-License-Identifier: MIT
// A mutex whose holder runs at the priority of whoever waits for it. For what the loop shares with
// ordinary threads: with another kind, a thread that holds it and is not given the processor keeps
// the real-time loop waiting for as long as some third thread likes to run. Uncontended it costs
// what std::mutex does. For std::lock_guard and std::unique_lock.
#pragma once

#include <pthread.h>

namespace tactus::base {

class priority_mutex {
public:
    // Aborts where the system has no priority inheritance.
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
