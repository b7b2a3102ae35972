// SPDX-License-Identifier: MIT
// Whether a default, a minimum or a maximum of an option is a value of its type, in TOML.
#pragma once

#include <tactus/option.h>

#include <optional>
#include <string>
#include <string_view>

namespace tactus::checker {

/// What is wrong with the value of that option, as the end of a sentence: "is no text in quotation
/// marks"; empty if nothing is. A list is taken where the option is one.
std::string value_fault(const tactus_option& option, std::string_view toml);

/// The value as a number: of numbers, durations in ns, sizes in bytes, rates in 1/s.
std::optional<double> number_of(const tactus_option& option, std::string_view toml);

} // namespace tactus::checker
