// SPDX-License-Identifier: MIT
#include "kernel/flow/output/due_event.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"

#include <array>

namespace tactus::flow {

// MIDI written as OSC is read back: the result is the same, byte for byte.
note_change change_of(const timed_queue& queue, output& to, const tactus_event& event,
                      const event_cell& cell) noexcept {
    const std::uint32_t sender = queue.events().sender_of(cell);
    if ((cell.flags & event_cell::is_written_note) == 0) {
        return to.notes.change_of({event.port}, message_of(event), sender);
    }
    std::array<std::uint8_t, 12> midi{};
    const codec::osc_message osc = codec::split_message(message_of(event));
    const codec::translation read = codec::translate(osc, midi);
    TACTUS_ASSERT(read.error == codec::translate_error::none);
    return to.notes.change_of({event.port, codec::midi_port_in(osc.address)},
                              std::span<const std::uint8_t>(midi).first(read.size), sender);
}

bool is_end(const tactus_event& event, const event_cell& cell) noexcept {
    if (!is_midi(cell)) {
        return false;
    }
    std::span<const std::uint8_t> message = message_of(event);
    std::array<std::uint8_t, 12> midi{};
    if ((cell.flags & event_cell::is_written_note) != 0) {
        const codec::translation read = codec::translate(codec::split_message(message), midi);
        message = std::span<const std::uint8_t>(midi).first(read.size);
    }
    const sounding::effect does = sounding::effect_of(message);
    return does == sounding::effect::ends || does == sounding::effect::ends_channel;
}

} // namespace tactus::flow
