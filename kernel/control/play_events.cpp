// SPDX-License-Identifier: MIT
#include "kernel/control/play_events.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_message.hpp"
#include "kernel/control/recording.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Nothing if it is right.
std::string read_contents(const object& from, play_event& into) {
    std::string_view hex;
    const bool is_midi = from["midi"].get(hex) == simdjson::SUCCESS;
    if (!is_midi && from["osc"].get(hex) != simdjson::SUCCESS) {
        return "it has neither \"midi\" nor \"osc\", as hexadecimal digits";
    }
    result<std::vector<std::uint8_t>> bytes = read_hex(hex);
    if (!bytes) {
        return bytes.error().text;
    }
    into.bytes = std::move(*bytes);
    into.protocol = is_midi ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC;
    codec::osc_message message;
    if (is_midi && codec::midi_check(into.bytes) != codec::midi_error::none) {
        return "\"midi\" is not one MIDI message";
    }
    if (!is_midi && codec::parse_message(into.bytes, message) != codec::osc_error::none) {
        return "\"osc\" is not one OSC message";
    }
    return {};
}

play_event read_one(const object& from) {
    play_event made;
    std::string_view name;
    made.is_input = from["input"].get(name) == simdjson::SUCCESS;
    if (from["at_ns"].get(made.at_ns) != simdjson::SUCCESS) {
        made.wrong = "it has no \"at_ns\", a whole number";
    } else if (!made.is_input && from["output"].get(name) != simdjson::SUCCESS) {
        made.wrong = "it has neither an \"output\" nor an \"input\"";
    } else {
        made.place = name;
        made.wrong = read_contents(from, made);
    }
    return made;
}

} // namespace

result<std::vector<play_event>> read_play_events(std::string_view json) {
    const std::string wrong = "The parameter \"events\" must be a list of objects.";
    simdjson::dom::parser dom;
    const simdjson::padded_string padded(json);
    array list;
    if (dom.parse(padded).get(list) != simdjson::SUCCESS) {
        return fail(error_kind::invalid, wrong);
    }
    std::vector<play_event> made;
    for (const element each : list) {
        object one;
        if (each.get(one) != simdjson::SUCCESS) {
            return fail(error_kind::invalid, wrong);
        }
        made.push_back(read_one(one));
    }
    return made;
}

void append_play_event(std::string& list, const play_event& one) {
    std::string text;
    json_writer json(text);
    json.begin_object().member("at_ns", one.at_ns);
    json.member(one.is_input ? "input" : "output", one.place);
    json.member(one.protocol == TACTUS_PROTO_MIDI ? "midi" : "osc", write_hex(one.bytes));
    json.end_object();
    list += list.empty() || list.back() == '[' ? "" : ",";
    list += text;
}

std::string write_play_result(const play_result& of) {
    std::string text;
    json_writer json(text);
    json.begin_object().member("now_ns", of.now_ns).member("accepted", of.accepted);
    json.begin_list("refused");
    for (const refused_play& each : of.refused) {
        json.begin_object().member("index", each.index).member("why", each.why).end_object();
    }
    json.end_list().end_object();
    return text;
}

result<play_result> read_play_result(std::string_view json) {
    simdjson::dom::parser dom;
    const simdjson::padded_string padded(json);
    object whole;
    play_result made;
    array refused;
    if (dom.parse(padded).get(whole) != simdjson::SUCCESS ||
        whole["now_ns"].get(made.now_ns) != simdjson::SUCCESS ||
        whole["accepted"].get(made.accepted) != simdjson::SUCCESS ||
        whole["refused"].get(refused) != simdjson::SUCCESS) {
        return fail(error_kind::invalid, "The daemon's answer to \"play\" cannot be read.");
    }
    for (const element each : refused) {
        std::uint64_t index = 0;
        std::string_view why;
        if (each["index"].get(index) == simdjson::SUCCESS &&
            each["why"].get(why) == simdjson::SUCCESS) {
            made.refused.push_back({index, std::string(why)});
        }
    }
    return made;
}

} // namespace tactus::control
