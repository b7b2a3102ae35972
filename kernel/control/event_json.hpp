// SPDX-License-Identifier: MIT
// One event in the JSON of the control socket, as one member of an object:
//     midi = "midi": "90 3c 64"                a complete message, in hexadecimal
//     osc  = "osc": [ADDRESS, argument...]
//     argument = whole number (i, or h if it needs more than 32 bits) | other number (f)
//              | text (s) | true (T) | false (F) | null (N) | [argument...] | {TYPE: value}
//     TYPE = "i" | "h" | "f" | "d"   value: a number      "s" | "S"          value: a text
//          | "b" | "c" | "r" | "m" | "t" | "f" | "d"      value: their bytes, in hexadecimal
//          | "I"                     value: null
// read_event() reads the text of event_json() as the same bytes; JSON has neither infinite numbers
// nor NaN, so such arguments are written as the hexadecimal of their bytes. Pure; allocates.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/control/json_rpc.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct event_bytes {
    std::uint8_t protocol = 0; // TACTUS_PROTO_*
    std::vector<std::uint8_t> bytes;
};

// Errors: invalid; the text says what is wrong and what was expected.
[[nodiscard]] result<event_bytes> read_midi(std::string_view hexadecimal);
[[nodiscard]] result<event_bytes> read_osc(std::string_view json_list);
// An object with a member `midi` or `osc`; other members are ignored.
[[nodiscard]] result<event_bytes> read_event(std::string_view json_object);

// The members of a request.
[[nodiscard]] result<event_bytes> read_event(const params& with);

// An object. Bounds: one MIDI message or OSC message that was checked.
[[nodiscard]] std::string event_json(std::uint8_t protocol, std::span<const std::uint8_t> bytes);

} // namespace tactus::control
