// SPDX-License-Identifier: MIT
// The functions of exec.work, which run on the thread of the instance, one at a time. Not
// installed.
#pragma once

#include "operations.hpp"
#include "posted_calls.hpp"
#include "worker.hpp"

#include <chrono>

namespace tactus::testing {

class plugin_work {
public:
    plugin_work(call_gate& gate, operations& ops, posted_calls& posts, turn_script& turns)
        : gate_(gate), ops_(ops), posts_(posts), turns_(turns) {}

    tactus_status start(tactus_op* op, posted_calls::function run, void* argument);
    /// Begins the next function, or waits for the one that runs, up to the script's patience, and
    /// makes the calls that it waits for. False where nothing can be done. On [loop].
    bool run_one();
    /// Whether something outside of the loop is under way: the worker, or another thread.
    bool has_threads();

    test_worker& worker() { return worker_; }

private:
    struct work_op;

    void wait();

    call_gate& gate_;
    operations& ops_;
    posted_calls& posts_;
    turn_script& turns_;
    test_worker worker_;
    std::chrono::milliseconds waited_{0}; // for the function that runs
};

} // namespace tactus::testing
