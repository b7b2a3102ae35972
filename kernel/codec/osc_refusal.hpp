// SPDX-License-Identifier: MIT
// Explains for a log line why a packet or message was refused: what is wrong, where, and what was
// expected. Separate from the decoder, which returns an enumeration and allocates nothing.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <string>

namespace tactus::codec {

// `bytes`: what was refused with `error`, a message or the packet. Allocates.
[[nodiscard]] std::string refusal_text(osc_error error, std::span<const std::uint8_t> bytes);

// The address at the front of `bytes`; empty if there is none.
[[nodiscard]] std::string_view refused_address(std::span<const std::uint8_t> bytes) noexcept;

} // namespace tactus::codec
