// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/translation.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace tactus::flow {

namespace {

template <class Visitor>
void each_of(const std::optional<expression>& one, Visitor&& visit) {
    if (one) {
        visit(*one);
    }
}

template <class Visitor>
void each_of(const midi_maker& of, Visitor&& visit) {
    for (const std::optional<expression>* one : {&of.channel, &of.note, &of.velocity, &of.transpose,
                                                 &of.controller, &of.value, &of.length}) {
        each_of(*one, visit);
    }
    std::for_each(of.raw.begin(), of.raw.end(), visit);
}

template <class Visitor>
void each_of(const osc_maker& of, Visitor&& visit) {
    if (of.address) {
        std::for_each(of.address->pieces().begin(), of.address->pieces().end(), visit);
    }
    if (of.arguments) {
        for (const osc_maker::argument& one : *of.arguments) {
            each_of(one.computed, visit);
        }
    }
}

template <class Visitor>
void each_expression(const translation& of, Visitor&& visit) {
    std::visit([&](const auto& maker) { each_of(maker, visit); }, of.maker);
}

} // namespace

std::uint16_t translation::captures() const noexcept {
    std::uint16_t highest = 0;
    each_expression(*this,
                    [&](const expression& one) { highest = std::max(highest, one.captures()); });
    return highest;
}

std::size_t translation::lookups() const noexcept {
    std::size_t sum = 0;
    each_expression(*this, [&](const expression& one) { sum += one.variables().size(); });
    return sum;
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
        return head + (which.empty() ? "a number is needed, but this is a text"
                                     : which + " cannot be used here, because it has another type");
    case fault::division_by_zero:
        return head + "division by zero";
    case fault::out_of_range:
        return head + "the number is out of range";
    case fault::not_a_message:
        return head + (failed.field == "address" ? "the result is not an OSC address"
                       : failed.field == "raw"   ? "these bytes are not one MIDI message"
                                                 : "there is no MIDI message to change");
    case fault::too_large:
        return head + "the message becomes too large";
    }
    return head;
}

} // namespace tactus::flow
