// SPDX-License-Identifier: MIT
// What stays when events that wait are taken back.
#pragma once

#include <cstdint>

namespace tactus::flow {

enum class keep : std::uint8_t {
    critical,  // and real-time: a note-off still has to follow a note that sounds already
    real_time, // MIDI clock goes on through a panic
    nothing,
};

} // namespace tactus::flow
