// SPDX-License-Identifier: MIT
// What the kernel takes as an OSC address, for plugins that make OSC out of something else: it
// would refuse others too, but as bytes of a packet, and could not say which text was wrong.
//   address = "/" then printable ASCII without blank and "#"
// Threads: any. Source: The Open Sound Control 1.0 Specification, "OSC Address Spaces".
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tactus {
inline namespace v0_1 {

/// Bytes, without the zero byte: bounds what matching an address costs.
inline constexpr std::size_t osc_address_size_max = 1024;

/// Whether it is an address or an address pattern: OSC lets senders send both.
constexpr bool is_osc_address(std::string_view text) noexcept {
    return text.starts_with('/') && text.size() <= osc_address_size_max &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c <= '~' && c != '#'; });
}

/// Whether it is an address with nothing in it that stands for something else.
constexpr bool is_plain_osc_address(std::string_view text) noexcept {
    return is_osc_address(text) && text.find_first_of("*,?[]{}") == std::string_view::npos;
}

} // namespace v0_1
} // namespace tactus
