// SPDX-License-Identifier: MIT
// The table of all commands and options: the program parses with it, help and completion show it,
// and the manual page is made of it. Uses CLI11, like usage.hpp.
#pragma once

#include "kernel/cli/chosen.hpp"

#include <CLI/CLI.hpp>

namespace tactus::cli {

// Bounds: `to` must outlive the app.
void add_commands(CLI::App& app, chosen& to);

} // namespace tactus::cli
