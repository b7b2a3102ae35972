// SPDX-License-Identifier: MIT
// What the system says about this process: prometheus-cpp has no such collector.
#pragma once

#include "kernel/metrics/snapshot.hpp"

#include <optional>

namespace tactus::metrics {

class process_reader {
public:
    // Reckons the start once: done anew at each scrape it would tremble, and step with the clock.
    process_reader();

    // Threads: any. Blocks: for some reads of /proc, so not on the loop thread.
    [[nodiscard]] process_row read() const;

private:
    std::optional<double> start_unix_s_;
};

} // namespace tactus::metrics
