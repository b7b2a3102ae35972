// SPDX-License-Identifier: MIT
#include "kernel/flow/route/message_writer.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/codec/midi_to_osc.hpp"

#include <array>

namespace tactus::flow {
namespace {

std::uint8_t other_protocol(std::uint8_t protocol) noexcept {
    return protocol == TACTUS_PROTO_MIDI ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI;
}

bool is_denied(const message& one, bool is_midi, std::span<const std::uint8_t> midi) noexcept {
    return one.no_sysex && is_midi && codec::midi_view{midi}.is_sysex();
}

} // namespace

std::string text_of(const codec::translation& failed, const output& to) {
    std::array<char, codec::bad_argument_text_max> detail;
    const std::string form = to.takes(TACTUS_PROTO_MIDI) ? "MIDI" : "OSC";
    switch (failed.error) {
    case codec::translate_error::bad_arguments:
        return std::string(codec::text_of(failed.bad, detail));
    case codec::translate_error::too_large:
        return "it becomes too large as " + form;
    case codec::translate_error::none:
    case codec::translate_error::unsupported:
        break;
    }
    return "it has no form as " + form + ", which is all that the output takes";
}

message_writer::message_writer()
    : translated_(TACTUS_EVENT_SIZE_MAX), renamed_(TACTUS_EVENT_SIZE_MAX) {}

std::optional<dropped> message_writer::write(const message& one, const output& to,
                                             delivery& what) noexcept {
    event_source& source = what.source;
    std::span<const std::uint8_t> bytes = one.bytes;
    source.protocol = one.osc != nullptr ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI;
    if (!to.takes(source.protocol)) {
        const codec::translation made = by_default(one, to, translated_);
        if (made.error != codec::translate_error::none) {
            failed_ = made;
            return dropped::unsupported_type;
        }
        source.protocol = other_protocol(source.protocol);
        source.block = nullptr;
        bytes = std::span(translated_).first(made.size);
    }
    source.bytes = std::as_bytes(bytes);
    const std::span<const std::uint8_t> midi = one.osc == nullptr ? one.bytes : bytes;
    const bool is_midi = one.osc == nullptr || source.protocol == TACTUS_PROTO_MIDI;
    if (is_midi) {
        mark_notes(one, midi, what);
    }
    return is_denied(one, is_midi, midi) ? std::optional(dropped::sysex_denied) : std::nullopt;
}

own_event message_writer::make(const rule& rule, const message& one, const event_scope& scope,
                               std::optional<dropped> muted_as) noexcept {
    own_event own{rule, {}, one.bytes, muted_as};
    if (rule.route.as) {
        own.made = rule.route.as->make(scope, translated_);
        own.bytes = std::span(translated_).first(own.made.size);
    }
    return own;
}

// As it was made, or, like the message itself, translated further by the default translation. A
// note that ends by itself is MIDI, and stays it.
std::optional<dropped> message_writer::write_made(const own_event& own, const message& one,
                                                  const output& to, delivery& what) noexcept {
    event_source& source = what.source;
    const translation& as = *own.by.route.as;
    std::span<const std::uint8_t> bytes = own.bytes;
    source.protocol = as.protocol();
    if (!to.takes(source.protocol)) {
        codec::osc_message osc;
        codec::translation renamed;
        if (own.made.length_ns == 0) {
            renamed = by_default(made_message(own, one, osc), to, renamed_);
        }
        if (renamed.size == 0) {
            failed_ = renamed;
            return dropped::unsupported_type;
        }
        source.protocol = other_protocol(source.protocol);
        bytes = std::span(renamed_).first(renamed.size);
    }
    source.bytes = std::as_bytes(bytes);
    const bool is_midi = source.protocol == TACTUS_PROTO_MIDI;
    if (is_denied(one, is_midi, bytes)) {
        return dropped::sysex_denied;
    }
    if (is_midi || as.makes_midi()) {
        mark_notes(one, is_midi ? bytes : own.bytes, what);
    }
    return std::nullopt;
}

std::span<const std::uint8_t> message_writer::as_midi(const own_event& own, const message& one,
                                                      const dispatcher& outputs) noexcept {
    const rule& by = own.by;
    if (by.route.as ? by.route.as->makes_midi() : one.osc == nullptr) {
        return own.bytes;
    }
    for (const std::uint16_t output : by.route.outputs) {
        const flow::output& to = outputs.outputs().at(output);
        if (to.takes(TACTUS_PROTO_MIDI) && !to.takes(TACTUS_PROTO_OSC)) {
            codec::osc_message space;
            const codec::translation made =
                by.route.as ? by_default(made_message(own, one, space), to, renamed_)
                            : by_default(one, to, renamed_);
            const auto bytes = std::span<const std::uint8_t>(renamed_).first(made.size);
            const bool is_one = made.error == codec::translate_error::none &&
                                codec::midi_front(bytes).size() == bytes.size();
            return is_one ? bytes : std::span<const std::uint8_t>();
        }
    }
    return {};
}

// The event that the route has made of `one`, as a message; `space` must outlive it.
message message_writer::made_message(const own_event& own, const message& one,
                                     codec::osc_message& space) noexcept {
    message made = one;
    made.bytes = own.bytes;
    made.osc = nullptr;
    if (!own.by.route.as->makes_midi()) {
        space = codec::split_message(own.bytes);
        made.osc = &space;
    }
    return made;
}

codec::translation message_writer::by_default(const message& one, const output& to,
                                              std::span<std::uint8_t> into) noexcept {
    const codec::translation none{codec::translate_error::unsupported, 0};
    if (one.osc != nullptr) {
        return to.takes(TACTUS_PROTO_MIDI) ? codec::translate(*one.osc, into) : none;
    }
    if (!to.takes(TACTUS_PROTO_OSC)) {
        return none;
    }
    const auto size = codec::translate(codec::midi_view{one.bytes}, one.from->name, into);
    return size ? codec::translation{codec::translate_error::none, *size}
                : codec::translation{codec::translate_error::too_large, 0};
}

// Marks MIDI that begins or ends notes, also if it leaves as OSC.
void message_writer::mark_notes(const message& one, std::span<const std::uint8_t> midi,
                                delivery& what) noexcept {
    if (sounding::effect_of(midi) == sounding::effect::none) {
        return;
    }
    what.note = midi;
    if (what.source.protocol == TACTUS_PROTO_OSC) {
        what.source.flags |= event_cell::is_written_note;
        what.written_for = one.from->name;
    }
}

} // namespace tactus::flow
