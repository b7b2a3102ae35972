// SPDX-License-Identifier: MIT
// An event in words, for the live view: "/pulse/note_on 1 60 100", "note on  channel 1  note 60
// velocity 100". What a peer sent may stand in it, so nothing unprintable comes out. Pure.
#pragma once

#include <tactus/event.h>

#include <cstddef>
#include <string>

namespace tactus::cli {

// Units: bytes, roughly; what is longer is cut and ends in "...".
inline constexpr std::size_t event_text_max = 96;

// Bounds: any bytes; those that are no event of their protocol are said to be so.
[[nodiscard]] std::string event_text(const tactus_event& event);

} // namespace tactus::cli
