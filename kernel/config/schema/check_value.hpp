// SPDX-License-Identifier: MIT
// Checks one TOML value against one option: type, form, range and choice. The checker (check.hpp)
// handles tables and lists, and adds key and place.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/schema/values.hpp"
#include "kernel/config/source/document.hpp"

#include <string>

namespace tactus::config {

// Bounds: option.type is any but TABLE; its min_toml and max_toml are well-formed.
[[nodiscard]] result<value, complaint> read_value(const tactus_option& option, const node& from);

// The same without the range: for min_toml and max_toml themselves.
[[nodiscard]] result<value, complaint> read_unbounded(const tactus_option& option,
                                                      const node& from);

// "a duration in quotes, like \"250ms\"": the values that the option takes, for messages and for
// help.
[[nodiscard]] std::string expectation(const tactus_option& option);

// `expected "1ms" to "1h"`, `expected at least 1`, or empty.
[[nodiscard]] std::string range_text(const tactus_option& option);

} // namespace tactus::config
