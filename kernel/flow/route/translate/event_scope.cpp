// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/event_scope.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/codec/midi_to_osc.hpp"

#include <array>
#include <utility>

namespace tactus::flow {
namespace {

constexpr std::array<std::pair<std::string_view, midi_field>, 12> fields{{
    {"type", midi_field::type},
    {"channel", midi_field::channel},
    {"note", midi_field::note},
    {"velocity", midi_field::velocity},
    {"cc", midi_field::cc},
    {"value", midi_field::value},
    {"program", midi_field::program},
    {"bend", midi_field::bend},
    {"pressure", midi_field::pressure},
    {"address", midi_field::address},
    {"input", midi_field::input},
    {"port", midi_field::port},
}};

value missing() noexcept {
    return fault_value(fault::missing);
}

value whole(int number) noexcept {
    return number_value(number, 'i');
}

value place(const codec::osc_message& osc, std::uint16_t number, argument_index* index) noexcept {
    const codec::osc_arguments all = codec::arguments(osc);
    const bool is_far = index != nullptr && osc.types.size() > argument_index::stride;
    const auto found = is_far ? index->at(osc, number) : find_argument(all, number);
    return found == all.end() || found->tag() == 'N' ? missing() : argument_value(*found);
}

// Alternating keys and values, from the first argument on.
value named(const codec::osc_message& osc, std::string_view name) noexcept {
    const codec::osc_arguments all = codec::arguments(osc);
    std::size_t looked_at = 0;
    for (auto at = all.begin(); at != all.end() && looked_at < named_max; looked_at += 2) {
        const std::optional<std::string_view> key = at->as_string();
        if (++at == all.end()) {
            break;
        }
        if (key == name) {
            return at->tag() == 'N' ? missing() : argument_value(*at);
        }
        ++at;
    }
    return missing();
}

value of_note(const codec::midi_view& midi, midi_field field) noexcept {
    const bool is_pressure = (midi.status() & 0xF0) == 0xA0;
    switch (field) {
    case midi_field::note:
        return whole(midi.note());
    case midi_field::velocity:
        return is_pressure ? missing() : whole(midi.velocity());
    case midi_field::pressure:
    case midi_field::value:
        return is_pressure ? whole(midi.bytes[2]) : missing();
    default:
        return missing();
    }
}

// The one field of such a message besides `value`.
value of_one(midi_field wanted, midi_field own, int number) noexcept {
    return wanted == own || wanted == midi_field::value ? whole(number) : missing();
}

value of_midi(const codec::midi_view& midi, midi_field field) noexcept {
    if (field == midi_field::type) {
        // By meaning, as in `match`: 90 3C 00 ends a note.
        return text_value(midi.is_note_off() ? "note_off" : codec::midi_name(midi));
    }
    if (!midi.is_channel_message()) {
        return missing();
    }
    if (field == midi_field::channel) {
        return whole(midi.channel());
    }
    switch (midi.status() & 0xF0) {
    case 0x80:
    case 0x90:
    case 0xA0:
        return of_note(midi, field);
    case 0xB0:
        return field == midi_field::cc ? whole(midi.bytes[1])
                                       : of_one(field, midi_field::value, midi.bytes[2]);
    case 0xC0:
        return of_one(field, midi_field::program, midi.bytes[1]);
    case 0xD0:
        return of_one(field, midi_field::pressure, midi.bytes[1]);
    default:
        return of_one(field, midi_field::bend, midi.bytes[1] | midi.bytes[2] << 7);
    }
}

} // namespace

std::string variable::text() const {
    switch (what) {
    case kind::argument:
        return "$" + std::to_string(number);
    case kind::capture:
        return "$*" + std::to_string(number);
    case kind::name:
        break;
    }
    return "$" + name;
}

midi_field field_of(std::string_view name) noexcept {
    for (const auto& [known, field] : fields) {
        if (known == name) {
            return field;
        }
    }
    return midi_field::none;
}

value event_scope::of(const variable& wanted) const noexcept {
    if (wanted.what == variable::kind::capture) {
        const bool is_there = captured != nullptr && wanted.number <= captured->size;
        return is_there ? text_value(captured->texts[wanted.number - 1U]) : missing();
    }
    if (wanted.what == variable::kind::argument) {
        return osc != nullptr ? place(*osc, wanted.number, index) : missing();
    }
    if (osc != nullptr) {
        if (const value found = named(*osc, wanted.name); !found.is_fault()) {
            return found;
        }
    }
    switch (wanted.field) {
    case midi_field::none:
        return missing();
    case midi_field::address:
        return osc != nullptr ? text_value(osc->address) : missing();
    case midi_field::input:
        return text_value(input);
    case midi_field::port:
        return text_value(port);
    default:
        return osc == nullptr ? of_midi({midi}, wanted.field) : missing();
    }
}

} // namespace tactus::flow
