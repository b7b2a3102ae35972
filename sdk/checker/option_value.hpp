// SPDX-License-Identifier: MIT
// Whether the options of a plugin, and values for them, are what the daemon takes: it is asked
// itself, by the code that reads its configuration.
#pragma once

#include <tactus/option.h>
#include <tactus/plugin.h>

#include <string>
#include <string_view>

namespace tactus::checker {

/// Why the daemon refuses the descriptor's options, without a full stop: a default or a bound that
/// is no value of its option, a default out of its range. Empty if it takes them.
std::string options_fault(const tactus_descriptor& of);

/// What is wrong with a value that somebody gives an option of that descriptor: the end of a
/// sentence, empty if nothing is. Only where options_fault() is empty; tables cannot be given.
std::string given_value_fault(const tactus_descriptor& of, const tactus_option& option,
                              std::string_view toml);

} // namespace tactus::checker
