// SPDX-License-Identifier: MIT
// Which running daemon a command is for.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/cli/commands.hpp"

#include <string>
#include <string_view>

namespace tactus::cli {

// The path of the daemon's socket. Errors: not_found (there is none), invalid (there are several to
// choose from); the text says what to do.
[[nodiscard]] result<std::string> find_socket(const control_options& options,
                                              std::string_view file_name);

} // namespace tactus::cli
