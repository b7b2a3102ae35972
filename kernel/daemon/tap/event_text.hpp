// SPDX-License-Identifier: MIT
// An event as text, for `tactus tap` and the live view: "/pulse/note_on 1 60 100",
// "note on channel 1 note 60 velocity 100". It may contain text from a peer; therefore unprintable
// bytes are escaped. Pure.
#pragma once

#include <tactus/event.h>

#include <cstddef>
#include <string>

namespace tactus::daemon {

// Units: bytes, roughly; longer text is truncated and ends in "...".
inline constexpr std::size_t event_text_max = 96;

// Bounds: any bytes; the text says so if they are not an event of their protocol.
[[nodiscard]] std::string event_text(const tactus_event& event);

} // namespace tactus::daemon
