// SPDX-License-Identifier: MIT
// Valid names of inputs, outputs and the daemon: names are used in metric labels, log lines and
// shell commands; therefore they need no quoting anywhere.
//
//   name := (a-z | 0-9) (a-z | 0-9 | "-" | "_")*        at most name_size_max characters
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/diagnostic.hpp"

#include <string_view>

namespace tactus::config {

// Errors: the fault of the name, and a better name if possible.
[[nodiscard]] result<void, complaint> check_name(std::string_view name);

} // namespace tactus::config
