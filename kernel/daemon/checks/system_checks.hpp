// SPDX-License-Identifier: MIT
// Which settings of this machine make events late, and how to fix them: for `tactus doctor`.
// Implemented in system_checks_linux.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::daemon {

struct finding {
    std::string subject; // one or two words
    bool is_good = false;
    std::string what; // the current state, a sentence
    std::string fix;  // a command to type; empty if nothing is to be done
};

// Whether limits granted to the group audio apply to this user.
enum class audio_group { member, stranger, missing };

// The command that lifts a limit of limits.conf(5), `item` like "rtprio 40", for this user: for the
// group audio, which the user joins first if necessary, or, without that group, for the user alone.
// `unit_line`: the equivalent in a systemd unit.
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
// Blocks: for_ns.
[[nodiscard]] wake_lateness measure_wakes(std::int64_t for_ns);

} // namespace tactus::daemon
