// SPDX-License-Identifier: MIT
// The configuration as a JSON Schema (draft 7), so that an editor completes and checks a file while
// it is written. Made of the same tables as the checks. It accepts what the checks accept (but it
// also looks at what `enabled = false` switches off): a file may be one of several, so only what is
// wrong by itself is wrong here, and the options of a type that is not among the plugins are open.
// What a schema cannot say (ranges of durations, names that must exist, feedback loops), `tactus
// check` says.
#pragma once

#include "kernel/config/schema/option_table.hpp"

#include <span>
#include <string>

namespace tactus::config {

// An indented text with a newline at its end. The plugins are in the order in which they shall be
// listed; one may be there several times. Bounds: their tables are valid (check_options).
[[nodiscard]] std::string json_schema(std::span<const tactus_descriptor* const> plugins);

} // namespace tactus::config
