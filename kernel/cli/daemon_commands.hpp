// SPDX-License-Identifier: MIT
// The command line of the commands that ask a running daemon, or tell it something.
#pragma once

#include "kernel/cli/chosen.hpp"
#include "kernel/cli/usage.hpp"

namespace tactus::cli {

// Both must outlive the parsing.
void add_daemon_commands(CLI::App& app, chosen& to);

} // namespace tactus::cli
