// SPDX-License-Identifier: MIT
// OSC 1.0 dispatch: matches a pattern in an incoming address, written by a sender, against the
// literal addresses of routes. osc_pattern.hpp is the reverse: patterns in the configuration,
// compiled once. A sender's pattern is used once, so nothing is compiled or allocated; its cost is
// limited, because any sender can send one. Called by the router for inputs with dispatch = "osc1".
//
//   "?" "*" "[a-z]" "[!a-z]" "{text,text}" as in osc_pattern.hpp; "//" is text, as in OSC 1.0
//
// Source: OSC 1.0 specification, "OSC Message Dispatching and Pattern Matching".
#pragma once

#include "kernel/codec/osc_pattern.hpp"

#include <cstddef>
#include <string_view>

namespace tactus::codec {

// Steps that all matches of one message may cost: about 100 us. A message whose pattern costs more
// is refused.
inline constexpr std::size_t osc_dispatch_steps_max = 30'000;

// Whether it contains wildcards, all well formed; any other address is literal.
[[nodiscard]] bool is_dispatch_pattern(std::string_view address) noexcept;

// The characters before the first wildcard.
[[nodiscard]] std::string_view literal_prefix(std::string_view pattern) noexcept;

// Bounds: is_dispatch_pattern(pattern); both are OSC addresses. A step tries one element of the
// pattern at one place of the address. With more than steps_max steps there is no match; the answer
// holds the steps taken.
[[nodiscard]] osc_match match_dispatched(std::string_view pattern, std::string_view address,
                                         std::size_t steps_max) noexcept;

} // namespace tactus::codec
