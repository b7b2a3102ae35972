// SPDX-License-Identifier: MIT
// How much processor time the process has spent by what its threads do. The system knows it of the
// threads that run now; this keeps what those had spent that have ended, as of the last look.
// Threads: any; calls exclude each other. thread_times_linux.cpp.
#pragma once

#include "kernel/metrics/snapshot.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace tactus::metrics {

class thread_times {
public:
    // By thread_kinds, in s; never less than before. `process_s`: what the whole process has spent,
    // if known. Nothing if the system does not tell. Blocks: for a read of /proc for each thread.
    [[nodiscard]] std::optional<thread_seconds> read(std::optional<double> process_s);

private:
    struct one_thread {
        std::uint64_t start = 0; // tells it from an earlier thread with the same id
        double spent_s = 0;
        bool is_there = false;
    };

    std::mutex mutex_;
    std::unordered_map<std::int32_t, one_thread> threads_; // by id, as of the last look
    thread_seconds spent_s_{};
};

} // namespace tactus::metrics
