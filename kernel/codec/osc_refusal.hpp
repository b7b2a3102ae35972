// SPDX-License-Identifier: MIT
// Why a packet or a message was refused, in words for a log line: what is wrong, where, and what
// was expected. Apart from the decoder, which answers an enumeration and allocates nothing.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <string>

namespace tactus::codec {

// `bytes` are those that were refused with `error`: a message, or the packet. Allocates.
[[nodiscard]] std::string refusal_text(osc_error error, std::span<const std::uint8_t> bytes);

// The address at their front where there is one, else nothing.
[[nodiscard]] std::string_view refused_address(std::span<const std::uint8_t> bytes) noexcept;

} // namespace tactus::codec
