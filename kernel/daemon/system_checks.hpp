// SPDX-License-Identifier: MIT
// What of this machine's set-up makes events late, and what to do about it: for `tactus doctor`.
// system_checks_linux.cpp looks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::daemon {

struct finding {
    std::string subject; // one or two words
    bool is_good = false;
    std::string what; // as it is, a sentence
    std::string fix;  // a command to type; empty where there is nothing to do
};

// Blocks: reads some files of the system.
[[nodiscard]] std::vector<finding> check_system();

// How late this machine wakes a thread that waits as the daemon does.
struct wake_lateness {
    std::int64_t p50_ns = 0;
    std::int64_t p90_ns = 0;
    std::int64_t p99_ns = 0;
    std::int64_t worst_ns = 0;
    std::size_t wakes = 0;
    bool is_realtime = false; // measured with real-time scheduling
};
// Blocks: as long as it is told to.
[[nodiscard]] wake_lateness measure_wakes(std::int64_t for_ns);

} // namespace tactus::daemon
