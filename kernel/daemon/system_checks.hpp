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

// Whether limits that are given to the group audio reach this user.
enum class audio_group { member, stranger, missing };

// The command that lifts a limit of limits.conf(5), `item` like "rtprio 40", for this user: for the
// group audio, which the user joins first where need be, or, without that group, for the user
// alone. `unit_line`: what does the same in a systemd unit.
[[nodiscard]] std::string limit_fix(audio_group group, const std::string& item,
                                    const std::string& unit_line);

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
