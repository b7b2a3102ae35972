// SPDX-License-Identifier: MIT
// The thread of an instance that may block: one for the whole life of an instance, as in the
// daemon, so that a plugin may keep what belongs to a thread. It starts with the first call. Not
// installed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace tactus::testing {

/// Its functions are called from one thread.
class test_worker {
public:
    test_worker() = default;
    test_worker(const test_worker&) = delete;
    test_worker& operator=(const test_worker&) = delete;
    ~test_worker() { end(); }

    /// Runs `call` on the thread and returns when it has returned; first what was begun before.
    void run(const std::function<void()>& call);
    /// Begins `call` on the thread, once what was begun before has returned.
    void begin(std::function<void()> call);
    /// Whether nothing is under way; waits for up to `longest` until that is so.
    bool wait_idle(std::chrono::microseconds longest);
    bool is_idle() { return wait_idle(std::chrono::microseconds(0)); }
    bool has_thread() const { return state_ != nullptr; }
    /// Joins the thread, where there is one. A call that is under way keeps the thread: it is left
    /// to itself, and `call` must not use what goes away now.
    void end();

private:
    struct shared_state;
    static void serve(const std::shared_ptr<shared_state>& state);

    std::shared_ptr<shared_state> state_; // the thread's, too; empty: there is no thread
    std::thread thread_;
};

} // namespace tactus::testing
