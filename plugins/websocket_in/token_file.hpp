// SPDX-License-Identifier: MIT
// Reads the token that clients must send from its file, once, at the start.
#pragma once

#include <string>

namespace websocket_in {

/// The first line of the file. Errors: tactus::config_error at "token_file", if the file cannot be
/// read, if others than its owner may read or write it, or if it holds no token. Blocks: for one
/// small read.
[[nodiscard]] std::string read_token(const std::string& path);

} // namespace websocket_in
