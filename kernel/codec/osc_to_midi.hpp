// SPDX-License-Identifier: MIT
// The default translation of one OSC message to one MIDI message, or to a few that belong together.
// Names are osmid's (Sonic Pi's bridge). The last part of the address decides:
// "/left/synth/note_on" is a note_on. The router handles user-defined mappings. Called by the
// router for routes from OSC to MIDI.
//
//   note_on           channel 1..16, note, velocity; with velocity 0 it stays a note-on, 9n kk 00
//   note_off          channel, note [, velocity: 64]
//   control_change    channel, controller, value
//   control_change_14 channel, controller 0..31, value 0..16383: two control changes
//   nrpn rpn          channel, parameter 0..16383, value 0..16383: four control changes
//   program_change    channel, program
//   pitch_bend        channel, value 0..16383 (8192: no bend)
//   channel_pressure  channel, pressure
//   poly_pressure     channel, note, pressure
//   clock start stop continue     nothing
//   raw               one blob, or numbers 0..255: exactly one message
//   sysex             the same, with or without F0 and F7
//   anything          with an argument of type m: the first one, its port byte ignored
//
// Numbers are i h f d, rounded to the nearest, and T and F, which are 1 and 0; never texts. The
// range is 0..127 unless given. Surplus arguments are ignored (senders add sensors, velocities,
// flags), but not the bytes of a second message after raw and sysex: they would be lost silently.
// The brackets of arrays are not arguments.
#pragma once

#include "kernel/codec/osc_message.hpp"

namespace tactus::codec {

enum class translate_error : std::uint8_t {
    none,
    unsupported,   // the name is not in the table, and there is no m argument
    bad_arguments, // wrong count, type or range; not one valid MIDI message
    too_large,     // longer than `out`
};
[[nodiscard]] std::string_view to_string(translate_error error) noexcept;

// Which argument was wrong, and what was expected.
struct bad_argument {
    std::uint16_t number = 0; // from 1; 0: no single one, the bytes are not one MIDI message
    char found = '\0';        // its type; '\0': it is missing
    std::int32_t min = 0;     // of the expected number
    std::int32_t max = 0;
};
// "argument 2 is of type s; expected a number from 0 to 127", in `space`.
inline constexpr std::size_t bad_argument_text_max = 128;
[[nodiscard]] std::string_view text_of(const bad_argument& what,
                                       std::span<char, bad_argument_text_max> space) noexcept;

struct translation {
    translate_error error = translate_error::none;
    std::size_t size =
        0; // bytes written: messages that pass midi_check, one after another. 0: an error
    bad_argument bad = {}; // of bad_arguments
};

// Bounds: an `out` of 12 bytes holds everything except raw and sysex. Errors leave `out`
// unspecified.
[[nodiscard]] translation translate(const osc_message& message,
                                    std::span<std::uint8_t> out) noexcept;

} // namespace tactus::codec
