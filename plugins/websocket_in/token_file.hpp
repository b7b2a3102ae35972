// SPDX-License-Identifier: MIT
// The token that clients must say, out of its file. Read once, at the start.
#pragma once

#include <string>

namespace websocket_in {

/// The first line of the file. Errors: tactus::config_error at "token_file", where it cannot be
/// read, others than its owner may read or write it, or it holds no token. Blocks: for one small
/// read.
[[nodiscard]] std::string read_token(const std::string& path);

} // namespace websocket_in
