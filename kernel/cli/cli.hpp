// SPDX-License-Identifier: MIT
// The command line: `tactus run FILE` and the other commands, each in its own file. Results are
// written to standard output, everything else to standard error.
#pragma once

namespace tactus::cli {

// Exit codes, as in sysexits.h.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1; // at run time
inline constexpr int exit_usage = 2;
inline constexpr int exit_not_sent = 75;    // an event that was to be sent
inline constexpr int exit_unavailable = 69; // no daemon answers
inline constexpr int exit_config = 78;

// Runs the program. Returns its exit code; throws nothing.
[[nodiscard]] int run(int argc, char** argv) noexcept;

} // namespace tactus::cli
