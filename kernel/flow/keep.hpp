// SPDX-License-Identifier: MIT
// Which waiting events are kept when the others are cancelled.
#pragma once

#include <cstdint>

namespace tactus::flow {

enum class keep : std::uint8_t {
    critical,  // and real-time: a sounding note still needs its note-off
    real_time, // MIDI clock continues through a panic
    nothing,
};

} // namespace tactus::flow
