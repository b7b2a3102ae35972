// SPDX-License-Identifier: MIT
// OSC 1.0 dispatch: a pattern in an incoming address, which a sender made, against the literal
// addresses of routes. The other way round is osc_pattern.hpp's: patterns of the configuration are
// compiled once; these are used once, so nothing is compiled or allocated, and their cost is
// counted, as anybody can send them. Called by the router for inputs with dispatch = "osc1".
//
//   "?" "*" "[a-z]" "[!a-z]" "{text,text}" as in osc_pattern.hpp; "//" is text, as in OSC 1.0
//
// Source: OSC 1.0 specification, "OSC Message Dispatching and Pattern Matching".
#pragma once

#include "kernel/codec/osc_pattern.hpp"

#include <cstddef>
#include <string_view>

namespace tactus::codec {

// Steps of all matches that one message may cost: about 100 us. A message whose pattern costs more
// is refused.
inline constexpr std::size_t osc_dispatch_steps_max = 30'000;

// Whether wildcards stand in it, and well formed ones; anything else is literal.
[[nodiscard]] bool is_dispatch_pattern(std::string_view address) noexcept;

// The characters before the first wildcard.
[[nodiscard]] std::string_view literal_prefix(std::string_view pattern) noexcept;

// Bounds: is_dispatch_pattern(pattern); both are OSC addresses. A step is one place of the address
// at which an element of the pattern is tried. Where they get more than steps_max it does not
// match, and says so many steps.
[[nodiscard]] osc_match match_dispatched(std::string_view pattern, std::string_view address,
                                         std::size_t steps_max) noexcept;

} // namespace tactus::codec
