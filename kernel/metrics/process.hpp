// SPDX-License-Identifier: MIT
// The figures that the system reports about this process: prometheus-cpp has no such collector.
#pragma once

#include "kernel/metrics/snapshot.hpp"
#include "kernel/metrics/thread_times.hpp"

#include <optional>

namespace tactus::metrics {

class process_reader {
public:
    // Computes the start once: recomputed at each scrape it would jitter, and step with the clock.
    process_reader();

    // Threads: any. Blocks: for some reads of /proc, so it must not run on the loop thread.
    [[nodiscard]] process_row read();

private:
    thread_times threads_;
    std::optional<double> start_unix_s_;
};

} // namespace tactus::metrics
