// SPDX-License-Identifier: MIT
// Events as tests and config/translation.md write them:
//
//   /fader 0.5 3 "bd" true nil         OSC: a point makes a float; 3h is a long, 0.5d a double
//   MIDI note_on 1 60 100              names and numbers of codec/osc_to_midi.hpp
//   MIDI raw F0 7D 01 F7               bytes
#pragma once

#include "tests/kernel/codec/wire.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::test {

struct noted_event {
    std::uint16_t protocol = 0;
    wire::bytes bytes;
};

// Asserts (TACTUS_ASSERT) that it can be read.
[[nodiscard]] noted_event read_event(std::string_view line);
[[nodiscard]] std::string write_event(std::uint16_t protocol, std::string_view bytes);

} // namespace tactus::test
