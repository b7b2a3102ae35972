// SPDX-License-Identifier: MIT
// What is said about a command line that cannot be understood. The only place besides cli.cpp that
// knows CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace tactus::cli {

// A line with what is wrong, what was perhaps meant, and where to read on. `first`: argv[1], or
// empty.
[[nodiscard]] std::string usage_error(const CLI::App& app, const CLI::ParseError& error,
                                      std::string_view first);

// The same for a word in the place of a command of `app`.
[[nodiscard]] std::string no_such_command(const CLI::App& app, std::string_view word);

} // namespace tactus::cli
