// SPDX-License-Identifier: MIT
// The token as the first message, for clients that cannot say it as a subprotocol:
//   {"tactus": "token", "token": "..."}
// Read apart from all other texts (text_reader.hpp): what comes from somebody who has proved
// nothing is held against this one form, and makes no events.
#pragma once

#include "access.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace websocket_in {

/// With the longest token, of 128 letters, it has about 160.
inline constexpr std::size_t first_message_bytes_max = 512;

/// Whether the text is that message, with the right token. Bounds: first_message_bytes_max; behind
/// it frame_reader::padding bytes that may be read. Errors: std::bad_alloc.
[[nodiscard]] bool says_token(std::span<const std::uint8_t> text, const access_policy& policy);

} // namespace websocket_in
