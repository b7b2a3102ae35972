// SPDX-License-Identifier: MIT
// The command line: `tactus run FILE` and the other commands, each in its own file. Results are
// written to standard output, everything else to standard error.
#pragma once

#include <array>
#include <string_view>

namespace tactus::cli {

// Exit codes, as in sysexits.h.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1; // at run time
inline constexpr int exit_usage = 2;
inline constexpr int exit_not_sent = 75;    // an event that was to be sent
inline constexpr int exit_unavailable = 69; // no daemon answers
inline constexpr int exit_hung = 70;        // a plugin held the loop
inline constexpr int exit_config = 78;

// The table of the manual page.
struct exit_code {
    int code;
    std::string_view meaning;
};
inline constexpr std::array exit_codes = std::to_array<exit_code>({
    {exit_ok, "The command has succeeded."},
    {exit_failure, "It failed while it ran, or the daemon refused; standard error says why."},
    {exit_usage, "The command line cannot be understood."},
    {exit_unavailable, "No daemon answers, or none has left the file that is needed."},
    {exit_hung, "A plugin held the daemon, which had to be ended, or called exit()."},
    {exit_not_sent, "An event that was to be sent has not left."},
    {exit_config, "The configuration is invalid; every error was listed."},
});

// The environment variables that the program reads.
struct variable {
    std::string_view name;
    std::string_view meaning;
};
inline constexpr std::array variables = std::to_array<variable>({
    {"JOURNAL_STREAM", "Set by systemd where standard error is the journal: the log's lines then "
                       "have fields there."},
    {"NO_COLOR", "If it is set and not empty, `run --show` and `status --watch` use no colour."},
    {"RUNTIME_DIRECTORY", "Set by systemd for a service with RuntimeDirectory=: the folder of the "
                          "control sockets and of the file that records sounding notes."},
    {"TACTUS_PLUGIN_PATH", "Folders that are searched for plugins first, separated by colons."},
    {"TERM", "If it is dumb, no colour is used and the live view does not move the cursor."},
    {"XDG_RUNTIME_DIR", "The folder for the control sockets of a daemon that a user starts; they "
                        "are in tactus/NAME below it."},
});

// Runs the program. Returns its exit code; throws nothing.
[[nodiscard]] int run(int argc, char** argv) noexcept;

} // namespace tactus::cli
