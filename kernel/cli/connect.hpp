// SPDX-License-Identifier: MIT
// How the commands reach a running daemon, and the exit codes of its answers.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/control/client.hpp"

#include <string>
#include <string_view>

namespace tactus::cli {

// Connects to the daemon that the options mean, at its socket of that name (control/socket_folder).
// Errors: as code_of() maps them to exit codes.
[[nodiscard]] result<control::client> connect(const control_options& options,
                                              std::string_view file_name);

// The exit code for an error of connect().
[[nodiscard]] int code_of(const error& why) noexcept;

// And of control::client::call().
[[nodiscard]] int code_of(const control::rpc_error& why) noexcept;

// The answer of that daemon to one method, as JSON. Errors: the exit code; why is said already.
[[nodiscard]] result<std::string, int> ask(const control_options& options,
                                           std::string_view file_name, std::string_view method,
                                           const std::string& params);

} // namespace tactus::cli
