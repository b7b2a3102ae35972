// SPDX-License-Identifier: MIT
// An OSC message that begins or ends a note or a pedal as the default translation writes it
// (/midi/NAME/note_on), and that did not come from MIDI here: it was recorded, or an operator sends
// it. Marked, its note is followed and ended like that of an input. Pure.
#pragma once

#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/flow/output/delivery.hpp"
#include "kernel/flow/output/notes/sounding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::flow {

class written_note {
public:
    // A message under another name is none, and neither is one whose end could not be written.
    // Bounds: codec::parse_message accepts it, and its bytes live as long as this.
    explicit written_note(const codec::osc_message& message) noexcept {
        constexpr std::string_view head = "/midi/";
        if (!message.address.starts_with(head)) {
            return;
        }
        const codec::translation read = codec::translate(message, midi_);
        const auto midi = std::span<const std::uint8_t>(midi_).first(read.size);
        if (read.error != codec::translate_error::none ||
            codec::midi_front(midi).size() != midi.size() ||
            sounding::effect_of(midi) == sounding::effect::none) {
            return;
        }
        const std::string_view name = codec::midi_port_in(message.address);
        if (!name.empty() && is_address_of(message.address, midi, name) &&
            (sounding::is_end(midi) || has_end(midi, name))) {
            size_ = midi.size();
            name_ = name;
        }
    }

    // Marks the delivery of the message. Bounds: this outlives it.
    void mark(delivery& what) const noexcept {
        if (size_ > 0) {
            what.note = std::span<const std::uint8_t>(midi_).first(size_);
            what.written_for = name_;
            what.source.flags |= event_cell::is_written_note;
        }
    }

private:
    using space = std::array<std::uint8_t, codec::osc_address_size_max + 32>;

    static bool is_address_of(std::string_view address, std::span<const std::uint8_t> midi,
                              std::string_view name) noexcept {
        space written;
        const auto size = codec::translate(codec::midi_view{midi}, name, written);
        return size && codec::split_message(std::span(written).first(*size)).address == address;
    }
    static bool has_end(std::span<const std::uint8_t> begins, std::string_view name) noexcept {
        space written;
        const auto end = sounding::end_of(sounding::place_of(begins));
        return codec::translate(codec::midi_view{end}, name, written).has_value();
    }

    std::array<std::uint8_t, 12> midi_{};
    std::size_t size_ = 0; // 0: it begins and ends nothing
    std::string_view name_;
};

} // namespace tactus::flow
