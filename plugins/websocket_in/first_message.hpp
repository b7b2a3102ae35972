// SPDX-License-Identifier: MIT
// The token as the first message, for clients that cannot send it as a subprotocol:
//   {"tactus": "token", "token": "..."}
// Parsed separately from all other texts (text_reader.hpp): input from an unauthenticated client is
// compared with this one form only, and makes no events.
#pragma once

#include "access.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace websocket_in {

/// With the longest token, of 128 characters, the message has about 160 bytes.
inline constexpr std::size_t first_message_bytes_max = 512;

/// Whether the text is that message, with the right token. Bounds: first_message_bytes_max;
/// frame_reader::padding readable bytes must follow it. Errors: std::bad_alloc.
[[nodiscard]] bool says_token(std::span<const std::uint8_t> text, const access_policy& policy);

} // namespace websocket_in
