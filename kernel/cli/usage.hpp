// SPDX-License-Identifier: MIT
// The messages for an invalid command line. Uses CLI11, as cli.cpp and completion.cpp do.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace tactus::cli {

// One line with the error, a suggestion, and where to find help. `first`: argv[1], or empty.
[[nodiscard]] std::string usage_error(const CLI::App& app, const CLI::ParseError& error,
                                      std::string_view first);

// The same for an unknown command of `app`.
[[nodiscard]] std::string no_such_command(const CLI::App& app, std::string_view word);

// A check for an option with a range: not-a-number passes that. Empty if it is a number.
[[nodiscard]] std::string is_number(const std::string& text);

} // namespace tactus::cli
