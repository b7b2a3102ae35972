// SPDX-License-Identifier: MIT
// Whether a text is a value of an option, in TOML: a default, a minimum, a maximum, or a value that
// the checker's user gives.
#pragma once

#include <tactus/option.h>

#include <optional>
#include <string>
#include <string_view>

namespace tactus::checker {

/// What is wrong with the value of that option, as the end of a sentence: "is no text in quotation
/// marks"; empty if nothing is. A list is taken where the option is one.
std::string value_fault(const tactus_option& option, std::string_view toml);

/// The same for a value that somebody gives the option, whose table is sound: with its range, and
/// without tables, which cannot be given.
std::string given_value_fault(const tactus_option& option, std::string_view toml);

/// The value as a number: of numbers, durations in ns, sizes in bytes, rates in 1/s.
std::optional<double> number_of(const tactus_option& option, std::string_view toml);

} // namespace tactus::checker
