// SPDX-License-Identifier: MIT
#include "kernel/flow/translate/translation.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace tactus::flow {

namespace {

std::uint16_t captures_in(const std::optional<expression>& of) noexcept {
    return of ? of->captures() : std::uint16_t{0};
}

std::uint16_t captures_in(const std::vector<expression>& all) noexcept {
    std::uint16_t highest = 0;
    for (const expression& each : all) {
        highest = std::max(highest, each.captures());
    }
    return highest;
}

std::uint16_t captures_in(const midi_maker& of) noexcept {
    return std::max({captures_in(of.channel), captures_in(of.note), captures_in(of.velocity),
                     captures_in(of.transpose), captures_in(of.controller), captures_in(of.value),
                     captures_in(of.length), captures_in(of.raw)});
}

std::uint16_t captures_in(const osc_maker& of) noexcept {
    std::uint16_t highest = of.address ? captures_in(of.address->pieces()) : std::uint16_t{0};
    if (of.arguments) {
        for (const osc_maker::argument& each : *of.arguments) {
            highest = std::max(highest, captures_in(each.computed));
        }
    }
    return highest;
}

} // namespace

std::uint16_t translation::captures() const noexcept {
    return makes_midi() ? captures_in(*std::get_if<midi_maker>(&maker))
                        : captures_in(*std::get_if<osc_maker>(&maker));
}

std::uint8_t translation::protocol() const noexcept {
    return makes_midi() ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC;
}

std::string text_of(const made_event& failed) {
    const std::string which = failed.about != nullptr ? failed.about->text() : "";
    const std::string head = failed.field.empty() ? "" : std::string(failed.field) + ": ";
    switch (failed.why) {
    case fault::none:
        return "";
    case fault::missing:
        return head + "the message has no " + which;
    case fault::wrong_type:
        return head + (which.empty() ? "a text stands where a number is needed"
                                     : which + " cannot be used here, its type is another");
    case fault::division_by_zero:
        return head + "division by zero";
    case fault::out_of_range:
        return head + "the number is out of range";
    case fault::not_a_message:
        return head + (failed.field == "address" ? "this makes no OSC address"
                       : failed.field == "raw"   ? "these bytes are not one MIDI message"
                                                 : "there is no MIDI message to change");
    case fault::too_large:
        return head + "the message becomes too large";
    }
    return head;
}

} // namespace tactus::flow
