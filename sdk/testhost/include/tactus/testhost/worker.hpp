// SPDX-License-Identifier: MIT
// The thread of an instance that may block: one for the whole life of an instance, as in the
// daemon, so that a plugin may keep what belongs to a thread. It starts with the first call.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tactus::testing {

class test_worker {
public:
    test_worker() = default;
    test_worker(const test_worker&) = delete;
    test_worker& operator=(const test_worker&) = delete;
    ~test_worker() { end(); }

    /// Runs `call` on the thread and returns when it has returned. From one thread at a time.
    void run(const std::function<void()>& call);
    /// Joins the thread, where there is one.
    void end();

private:
    void serve();

    std::mutex mutex_; // guards call_ and is_ending_
    std::condition_variable changed_;
    const std::function<void()>* call_ = nullptr; // null: none waits or runs
    bool is_ending_ = false;
    std::thread thread_;
};

} // namespace tactus::testing
