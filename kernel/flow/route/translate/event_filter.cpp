// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/event_filter.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

bool is_in(const std::optional<number_range>& range, const event_scope& event, midi_field field) {
    if (!range) {
        return true;
    }
    const variable wanted{variable::kind::name, 0, field, {}};
    const value found = event.osc == nullptr ? event.of(wanted) : fault_value(fault::missing);
    return !found.is_fault() && found.number >= range->low && found.number <= range->high;
}

} // namespace

std::uint32_t kind_of(const event_scope& event) noexcept {
    if (event.osc != nullptr) {
        return kind_osc;
    }
    const codec::midi_view midi{event.midi};
    if (midi.is_channel_message()) {
        constexpr std::array<std::uint32_t, 7> kinds = {
            kind_note_off, kind_note_on,  kind_key_pressure, kind_cc,
            kind_program,  kind_pressure, kind_bend};
        return midi.is_note_off() ? std::uint32_t{kind_note_off}
                                  : kinds[(midi.status() >> 4U) - 8U];
    }
    switch (midi.status()) {
    case 0xF0:
        return kind_sysex;
    case 0xF8:
    case 0xFA:
    case 0xFB:
    case 0xFC:
        return kind_clock;
    default:
        return kind_system;
    }
}

event_filter::finding event_filter::first_mismatch(const event_scope& event) const noexcept {
    if (kinds != 0 && (kinds & kind_of(event)) == 0) {
        return {mismatch::kind};
    }
    if (!is_in(channel, event, midi_field::channel)) {
        return {mismatch::channel};
    }
    if (!is_in(note, event, midi_field::note)) {
        return {mismatch::note};
    }
    if (!is_in(controller, event, midi_field::cc)) {
        return {mismatch::controller};
    }
    const auto failing =
        std::find_if(conditions.begin(), conditions.end(),
                     [&](const expression& each) { return !as_number(each.run(event)).is_true(); });
    return failing == conditions.end()
               ? finding{}
               : finding{mismatch::condition,
                         static_cast<std::size_t>(failing - conditions.begin())};
}

} // namespace tactus::flow
