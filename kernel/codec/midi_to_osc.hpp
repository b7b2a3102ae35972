// SPDX-License-Identifier: MIT
// The default translation of one MIDI message to one OSC message: the inverse of osc_to_midi.hpp,
// so that one daemon can read what another writes. Called by flow for routes from MIDI to OSC.
//
//   /midi/PORT/NAME    NAME and arguments as in osc_to_midi.hpp, whole numbers, the channel first;
//                      sysex: one blob with F0 and F7; anything else: raw, one blob
#pragma once

#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_writer.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace tactus::codec {

// "note_on", "control_change", "sysex", "clock", ...; "raw" if it has no name of its own. The name
// follows the status byte, so that translating back yields the same bytes: a note-on with velocity
// 0 is a note_on, although it ends a note (midi_view::is_note_off).
[[nodiscard]] std::string_view midi_name(const midi_view& midi) noexcept;

// The type tags of its arguments, and the arguments themselves.
[[nodiscard]] std::string_view midi_argument_types(const midi_view& midi) noexcept;
void write_midi_arguments(const midi_view& midi, osc_writer& writer) noexcept;

// Returns the number of bytes written to `out`; nothing if they do not fit or `port` is not valid
// in an address. Bounds: a message that midi_check accepts.
[[nodiscard]] std::optional<std::size_t> translate(const midi_view& midi, std::string_view port,
                                                   std::span<std::uint8_t> out) noexcept;
// PORT in an address that translate() wrote. Bounds: only such an address.
[[nodiscard]] std::string_view midi_port_in(std::string_view address) noexcept;

} // namespace tactus::codec
