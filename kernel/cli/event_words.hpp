// SPDX-License-Identifier: MIT
// Events as words of a command line, from which the members of a request are made
// (control/event_json.hpp).
//     argument := ("i:" | "h:" | "f:" | "d:") number | ("s:" | "S:") text
//               | ("b:" | "c:" | "r:" | "m:" | "t:") hexadecimal
//               | "true" | "false" | "nil"
//               | number     whole: i, or h if it needs more than 32 bits; otherwise f
//               | text
// Pure; allocates.
#pragma once

#include "kernel/base/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tactus::cli {

// `"osc":["/a/b",1,2.5,"text"]`: an address and its arguments. Errors: invalid.
[[nodiscard]] result<std::string> osc_member(std::span<const std::string> words);
// `"midi":"90 3c 64"`. Errors: invalid (not one complete message).
[[nodiscard]] result<std::string> midi_member(std::string_view hexadecimal);

} // namespace tactus::cli
