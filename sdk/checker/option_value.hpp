// SPDX-License-Identifier: MIT
// Whether the daemon accepts the options of a plugin, and values for them. The daemon's own code
// decides: the code that reads its configuration.
#pragma once

#include <tactus/option.h>
#include <tactus/plugin.h>

#include <string>
#include <string_view>

namespace tactus::checker {

/// Why the daemon refuses the descriptor's options, without a full stop: a default or a bound is
/// not a value of its option, or a default is out of its range. Empty if it takes them.
std::string options_fault(const tactus_descriptor& of);

/// The fault of a value for an option of that descriptor: the end of a sentence, empty if the value
/// is valid. Only where options_fault() is empty; tables cannot be given.
std::string given_value_fault(const tactus_descriptor& of, const tactus_option& option,
                              std::string_view toml);

} // namespace tactus::checker
