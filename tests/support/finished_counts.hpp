// SPDX-License-Identifier: MIT
// Counts what a worker has told of the events that a test handed over by itself.
#pragma once

#include "kernel/host/worker/worker.hpp"

#include <cstdint>

namespace tactus::testing {

class finished_counts {
public:
    // With what the worker has told since. Not beside a dispatcher that asks it, too.
    finished_counts& of(host::worker& from) {
        flow::completion next;
        while (from.next_completion(next)) {
            ++total;
            sent += next.how == flow::finish::sent ? 1 : 0;
            cancelled += next.how == flow::finish::cancelled ? 1 : 0;
        }
        return *this;
    }

    std::uint64_t total = 0;
    std::uint64_t sent = 0;
    std::uint64_t cancelled = 0;
};

} // namespace tactus::testing
