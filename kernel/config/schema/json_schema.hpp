// SPDX-License-Identifier: MIT
// The configuration as a JSON Schema (draft 7). With it, an editor completes and checks a file
// while it is written. Made of the same tables as the checks. It accepts every file that the checks
// accept (but it also looks at tables that `enabled = false` switches off). A file may be one of
// several; therefore only values that are wrong by themselves are wrong here, and the options of a
// type that is not among the plugins are open. `tactus check` finds the errors that a schema cannot
// describe (ranges of durations, names that must exist, feedback loops).
#pragma once

#include "kernel/config/schema/option_table.hpp"

#include <span>
#include <string>

namespace tactus::config {

// An indented text with a newline at its end. The plugins are in the order in which they shall be
// listed; one may be there several times. Bounds: their tables are valid (check_options).
[[nodiscard]] std::string json_schema(std::span<const tactus_descriptor* const> plugins);

} // namespace tactus::config
