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

} // namespace tactus::cli
