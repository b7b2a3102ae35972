// SPDX-License-Identifier: MIT
// Ingress: the protocol in which a message leaves. An output that takes only the other one gets it
// by osmid's names, in both directions; so does what a route has made.
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"

#include <algorithm>
#include <array>

namespace tactus::flow {

// In the output's protocol: unchanged, or by the default translation.
std::optional<dropped> ingress::express(const message& one, std::uint16_t output,
                                        delivery& what) noexcept {
    event_source& source = what.source;
    const flow::output& to = dispatcher_.outputs().at(output);
    std::span<const std::uint8_t> bytes = one.bytes;
    source.protocol = one.osc != nullptr ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI;
    if (!to.takes(source.protocol)) {
        const codec::translation made = by_default(one, to, translated_);
        if (made.error != codec::translate_error::none) {
            tell_untranslated(one, output, made);
            return dropped::unsupported_type;
        }
        source.protocol = one.osc != nullptr ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC;
        source.block = nullptr;
        bytes = std::span(translated_).first(made.size);
    }
    source.bytes = std::as_bytes(bytes);
    const std::span<const std::uint8_t> midi = one.osc == nullptr ? one.bytes : bytes;
    const bool is_midi = one.osc == nullptr || source.protocol == TACTUS_PROTO_MIDI;
    if (is_midi) {
        mark_notes(one, midi, what);
    }
    if (one.no_sysex && is_midi && codec::midi_view{midi}.is_sysex()) {
        tell_unsupported(one, output, "the input lets no SysEx through");
        return dropped::sysex_denied;
    }
    return std::nullopt;
}

// Logs which argument was wrong; the sender is notified at the end.
void ingress::tell_untranslated(const message& one, std::uint16_t output,
                                const codec::translation& why) noexcept {
    const std::string_view error = codec::to_string(why.error);
    if (why.error != codec::translate_error::bad_arguments) {
        untaken_text_ = error; // whether it is a fault shows when others have taken it
        return;
    }
    untaken_text_ = {};
    bad_argument_ = why.bad;
    std::array<char, codec::bad_argument_text_max> detail;
    std::array<char, codec::bad_argument_text_max + 32> text;
    std::size_t size = error.copy(text.data(), text.size());
    size += std::string_view(": ").copy(text.data() + size, text.size() - size);
    size += codec::text_of(why.bad, detail).copy(text.data() + size, text.size() - size);
    tell_unsupported(one, output, {text.data(), size});
}

// Marks MIDI that begins or ends notes, also if it leaves as OSC.
void ingress::mark_notes(const message& one, std::span<const std::uint8_t> midi,
                         delivery& what) const noexcept {
    if (sounding::effect_of(midi) == sounding::effect::none) {
        return;
    }
    what.note = midi;
    if (what.source.protocol == TACTUS_PROTO_OSC) {
        what.source.flags |= event_cell::is_written_note;
        what.written_for = inputs_[one.input]->name;
    }
}

// A message beyond a limit is examined further only if an end is owed at all.
bool ingress::may_end_something(const message& one) const noexcept {
    if (one.osc == nullptr) {
        const sounding::effect does = sounding::effect_of(one.bytes);
        if (does == sounding::effect::none) {
            return false;
        }
    }
    const std::span<const std::uint16_t> outputs = router_.reachable(one.input);
    return std::any_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
        return dispatcher_.outputs().at(output).notes.owes_any();
    });
}

// Beyond a limit only ends pass, at most one for each note or pedal that was let in.
bool ingress::passes(const message& one, std::uint16_t output, const delivery& what) noexcept {
    return !one.limited || dispatcher_.enqueuer().owes_end(output, what);
}

// Translates by osmid's names, in both directions.
codec::translation ingress::by_default(const message& one, const flow::output& to,
                                       std::span<std::uint8_t> into) noexcept {
    const codec::translation none{codec::translate_error::unsupported, 0};
    if (one.osc != nullptr) {
        return to.takes(TACTUS_PROTO_MIDI) ? codec::translate(*one.osc, into) : none;
    }
    if (!to.takes(TACTUS_PROTO_OSC)) {
        return none;
    }
    const auto size = codec::translate(codec::midi_view{one.bytes}, inputs_[one.input]->name, into);
    return size ? codec::translation{codec::translate_error::none, *size}
                : codec::translation{codec::translate_error::too_large, 0};
}

// Returns what the route has made of `one` as a message; `space` must outlive it.
ingress::message ingress::made_message(const rule& rule, const message& one,
                                       std::span<const std::uint8_t> bytes,
                                       codec::osc_message& space) noexcept {
    message made = one;
    made.bytes = bytes;
    made.osc = nullptr;
    if (!rule.route.as->makes_midi()) {
        space = codec::split_message(bytes);
        made.osc = &space;
    }
    return made;
}

// As it was made, or, like the message itself, translated further by the default translation.
std::span<const std::uint8_t> ingress::made_for(const rule& rule, const message& one,
                                                const made_event& made, const flow::output& to,
                                                codec::translation& renamed) noexcept {
    const std::span<const std::uint8_t> bytes = std::span(translated_).first(made.size);
    if (to.takes(rule.route.as->protocol())) {
        return bytes;
    }
    codec::osc_message osc;
    const bool has_end = made.length_ns > 0; // so it is MIDI
    renamed = has_end ? codec::translation{}
                      : by_default(made_message(rule, one, bytes, osc), to, renamed_);
    return std::span(renamed_).first(renamed.size);
}

} // namespace tactus::flow
