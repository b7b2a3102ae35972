// SPDX-License-Identifier: MIT
// The words that could follow on a command line, for the scripts of `tactus completions`. They ask
//     tactus __complete WORD...
// where the last word is the one being written, possibly empty. The answer is a line each:
//     candidate [TAB description]
// and the exit code says whether names of files fit, too. Commands and options come from the table
// that parses them; therefore all of them complete; the names of inputs, outputs and routes come
// from the running daemon, and are left out if none answers at once. Uses CLI11, like usage.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::cli {

inline constexpr std::string_view complete_command = "__complete";
// The exit code if names of files fit, too.
inline constexpr int exit_files = 10;

// The names of a running daemon; the lists are empty if none answers.
struct live_names {
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::vector<std::string> routes; // "route 3": the third of the file, without its own name
    std::vector<std::string> daemons;
};
// Which daemon the line says: its --socket and --name, empty if it has none.
using ask_names = std::function<live_names(const std::string& socket, const std::string& name)>;

struct candidate {
    std::string word;
    std::string description;
};
struct completion {
    std::vector<candidate> candidates; // which begin with the last word
    bool fits_files = false;
};
// Asks at most once.
[[nodiscard]] completion complete(const CLI::App& app, std::vector<std::string> words,
                                  const ask_names& ask);

// Prints the answer for the running daemon. Returns the exit code. Blocks: live_limit_ns at most.
[[nodiscard]] int print_candidates(const CLI::App& app, std::vector<std::string> words);
inline constexpr std::int64_t live_limit_ns = 300'000'000;

} // namespace tactus::cli
