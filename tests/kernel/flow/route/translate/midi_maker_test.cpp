// SPDX-License-Identifier: MIT
// `as` where it makes MIDI: each field at the ends of its range and one beyond, rounding, what a
// note keeps of a note, lengths, raw bytes.
#include "kernel/flow/route/translate/midi_maker.hpp"
#include "kernel/flow/route/translate/translation.hpp"
#include "tests/kernel/flow/route/translate/scope_case.hpp"

#include <initializer_list>
#include <sstream>

using namespace tactus::flow;
using namespace tactus::flow::test;
using form = midi_maker::form;
using wire::operator+;

namespace {

struct made_midi {
    made_event event;
    wire::bytes bytes;
};

made_midi make(const midi_maker& plan, const event_scope& from, std::size_t room = 64) {
    wire::bytes out(room);
    const made_event event = plan.make(from, out);
    out.resize(event.size);
    return {event, out};
}

// The bytes, or what is wrong.
std::string made(const midi_maker& plan, const event_scope& from) {
    const made_midi all = make(plan, from);
    if (all.event.why != fault::none) {
        return text_of(all.event);
    }
    std::string text;
    for (const std::uint8_t each : all.bytes) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        text += (text.empty() ? "" : " ") + std::string{digits[each >> 4U], digits[each & 15U]};
    }
    return text;
}

const wire::bytes nothing = wire::raw("/a\0\0,\0\0");

std::string from_osc(const midi_maker& plan) {
    const osc_scope from(nothing);
    return made(plan, from);
}
std::string from_midi(const midi_maker& plan, std::string_view hex) {
    const midi_scope from(hex);
    return made(plan, from);
}

midi_maker note_of(std::string_view note, std::string_view velocity = "",
                   std::string_view channel = "") {
    midi_maker plan;
    plan.makes = form::note;
    plan.note = compiled(note);
    if (!velocity.empty()) {
        plan.velocity = compiled(velocity);
    }
    if (!channel.empty()) {
        plan.channel = compiled(channel);
    }
    return plan;
}

midi_maker value_of(form makes, std::string_view value) {
    midi_maker plan;
    plan.makes = makes;
    plan.note = compiled("60");
    plan.controller = compiled("7");
    plan.value = compiled(value);
    return plan;
}

midi_maker long_note(std::string_view seconds) {
    midi_maker plan = note_of("60");
    plan.length = compiled(seconds);
    return plan;
}

midi_maker changing(std::string_view what, std::string_view to) {
    midi_maker plan;
    (what == "transpose"  ? plan.transpose
     : what == "velocity" ? plan.velocity
                          : plan.channel) = compiled(to);
    return plan;
}

midi_maker raw_of(std::initializer_list<const char*> bytes) {
    midi_maker plan;
    plan.makes = form::raw;
    for (const char* const each : bytes) {
        plan.raw.push_back(compiled(each));
    }
    return plan;
}

} // namespace

TEST_CASE("a note is 0 to 127, rounded at the half") {
    CHECK(from_osc(note_of("0")) == "90 00 64");
    CHECK(from_osc(note_of("127")) == "90 7F 64");
    CHECK(from_osc(note_of("-0.4")) == "90 00 64");
    CHECK(from_osc(note_of("127.4")) == "90 7F 64");
    CHECK(from_osc(note_of("59.5")) == "90 3C 64");
    CHECK(from_osc(note_of("60.49")) == "90 3C 64");
    for (const char* const beyond : {"128", "-1", "-0.5", "127.5", "1000000.0 * 10000"}) {
        CAPTURE(beyond);
        CHECK(from_osc(note_of(beyond)) == "note: the number is out of range");
    }
}

TEST_CASE("a velocity is 0 to 127, and 0 switches off with 64") {
    CHECK(from_osc(note_of("60", "1")) == "90 3C 01");
    CHECK(from_osc(note_of("60", "127")) == "90 3C 7F");
    CHECK(from_osc(note_of("60", "0.5")) == "90 3C 01");
    CHECK(from_osc(note_of("60", "0.49")) == "80 3C 40");
    CHECK(from_osc(note_of("60", "0")) == "80 3C 40");
    CHECK(from_osc(note_of("60", "-0.4")) == "80 3C 40");
    CHECK(from_osc(note_of("60", "128")) == "velocity: the number is out of range");
    CHECK(from_osc(note_of("60", "-1")) == "velocity: the number is out of range");
}

TEST_CASE("a channel is 1 to 16, in every kind of message") {
    CHECK(from_osc(note_of("60", "100", "1")) == "90 3C 64");
    CHECK(from_osc(note_of("60", "100", "16")) == "9F 3C 64");
    CHECK(from_osc(note_of("60", "100", "1.5")) == "91 3C 64");
    CHECK(from_osc(note_of("60", "0", "3")) == "82 3C 40");
    CHECK(from_osc(note_of("60", "100", "0")) == "channel: the number is out of range");
    CHECK(from_osc(note_of("60", "100", "17")) == "channel: the number is out of range");
    CHECK(from_osc(note_of("60", "100", "0.4")) == "channel: the number is out of range");
    for (const form each :
         {form::key_pressure, form::cc, form::program, form::bend, form::pressure}) {
        midi_maker plan = value_of(each, "1");
        plan.channel = compiled("16");
        CHECK(from_osc(plan).at(1) == 'F');
        plan.channel = compiled("17");
        CHECK(from_osc(plan) == "channel: the number is out of range");
    }
}

TEST_CASE("each kind of message is written as MIDI says") {
    CHECK(from_osc(value_of(form::key_pressure, "5")) == "A0 3C 05");
    CHECK(from_osc(value_of(form::cc, "5")) == "B0 07 05");
    CHECK(from_osc(value_of(form::program, "5")) == "C0 05");
    CHECK(from_osc(value_of(form::pressure, "5")) == "D0 05");
    CHECK(from_osc(value_of(form::bend, "8192")) == "E0 00 40");
    CHECK(from_osc(value_of(form::bend, "1")) == "E0 01 00");
    CHECK(from_osc(value_of(form::bend, "128")) == "E0 00 01");
    CHECK(from_osc(value_of(form::bend, "16383")) == "E0 7F 7F");
}

TEST_CASE("each value is taken up to its ends, and named where it is beyond") {
    for (const auto& [makes, name] :
         std::initializer_list<std::pair<form, const char*>>{{form::key_pressure, "pressure"},
                                                             {form::cc, "value"},
                                                             {form::program, "program"},
                                                             {form::pressure, "pressure"}}) {
        CAPTURE(name);
        CHECK(from_osc(value_of(makes, "0")).ends_with(" 00"));
        CHECK(from_osc(value_of(makes, "127")).ends_with(" 7F"));
        CHECK(from_osc(value_of(makes, "128")) ==
              std::string(name) + ": the number is out of range");
        CHECK(from_osc(value_of(makes, "-1")) ==
              std::string(name) + ": the number is out of range");
        CHECK(from_osc(value_of(makes, "$1")) == std::string(name) + ": the message has no $1");
    }
    CHECK(from_osc(value_of(form::bend, "0")) == "E0 00 00");
    CHECK(from_osc(value_of(form::bend, "16384")) == "bend: the number is out of range");
    CHECK(from_osc(value_of(form::bend, "-1")) == "bend: the number is out of range");
    midi_maker controller = value_of(form::cc, "0");
    controller.controller = compiled("127");
    CHECK(from_osc(controller) == "B0 7F 00");
    controller.controller = compiled("128");
    CHECK(from_osc(controller) == "cc: the number is out of range");
    controller.controller = compiled("0");
    CHECK(from_osc(controller) == "B0 00 00");
    midi_maker key = value_of(form::key_pressure, "1");
    key.note = compiled("128");
    CHECK(from_osc(key) == "note: the number is out of range");
}

TEST_CASE("of several faults the first is told") {
    CHECK(from_osc(note_of("128", "$1", "99")) == "note: the number is out of range");
    CHECK(from_osc(note_of("60", "$1", "99")) == "velocity: the message has no $1");
    CHECK(from_osc(note_of("'a'", "1")) == "note: a number is needed, but this is a text");
    CHECK(from_osc(note_of("1 / 0")) == "note: division by zero");
}

TEST_CASE("a note that is made of a note keeps its kind, channel and velocity") {
    const midi_maker up = note_of("$note + 12");
    CHECK(from_midi(up, "93 30 50") == "93 3C 50");
    CHECK(from_midi(up, "93 30 00") == "93 3C 00");
    CHECK(from_midi(up, "83 30 20") == "83 3C 20");
    CHECK(from_midi(up, "A3 30 20") == "A3 3C 20");
    CHECK(from_midi(note_of("1", "7", "2"), "93 30 50") == "91 01 07");
    CHECK(from_midi(note_of("1", "7", "2"), "83 30 50") == "81 01 50"); // velocity: of note-ons
    CHECK(from_midi(note_of("1", "7", "2"), "A3 30 50") == "A1 01 50");
    CHECK(from_midi(note_of("1", "0"), "93 30 50") == "83 01 40");
    CHECK(from_midi(note_of("$cc"), "B3 30 50") == "93 30 64"); // of no note: as of OSC
    CHECK(from_midi(note_of("1"), "F8") == "90 01 64");
    CHECK(from_midi(note_of("1"), "E5 00 00") == "95 01 64");
}

TEST_CASE("what is changed here and there is else what it was") {
    CHECK(from_midi(changing("channel", "16"), "93 30 50") == "9F 30 50");
    CHECK(from_midi(changing("channel", "1"), "BF 07 50") == "B0 07 50");
    CHECK(from_midi(changing("channel", "2"), "C3 07") == "C1 07");
    CHECK(from_midi(changing("channel", "2"), "D3 07") == "D1 07");
    CHECK(from_midi(changing("channel", "2"), "E3 07 08") == "E1 07 08");
    CHECK(from_midi(changing("channel", "2"), "A3 07 08") == "A1 07 08");
    CHECK(from_midi(changing("channel", "2"), "83 07 08") == "81 07 08");
    CHECK(from_midi(changing("channel", "2"), "F8") == "F8");
    CHECK(from_midi(changing("channel", "2"), "F2 01 02") == "F2 01 02");
    CHECK(from_midi(changing("channel", "2"), "F0 7D 01 F7") == "F0 7D 01 F7");
    CHECK(from_midi(changing("channel", "17"), "B3 07 50") ==
          "channel: the number is out of range");
    CHECK(from_osc(changing("channel", "2")) == "there is no MIDI message to change");
}

TEST_CASE("a changed velocity is that of note-ons alone") {
    CHECK(from_midi(changing("velocity", "9"), "93 30 50") == "93 30 09");
    CHECK(from_midi(changing("velocity", "9"), "83 30 50") == "83 30 50");
    CHECK(from_midi(changing("velocity", "9"), "93 30 00") == "93 30 00");
    CHECK(from_midi(changing("velocity", "9"), "A3 30 50") == "A3 30 50");
    CHECK(from_midi(changing("velocity", "9"), "B3 30 50") == "B3 30 50");
    CHECK(from_midi(changing("velocity", "0"), "93 30 50") == "83 30 40");
}

TEST_CASE("a note is transposed as far as there are notes, on, off and under pressure") {
    CHECK(from_midi(changing("transpose", "12"), "93 30 50") == "93 3C 50");
    CHECK(from_midi(changing("transpose", "12"), "83 30 50") == "83 3C 50");
    CHECK(from_midi(changing("transpose", "-12"), "A3 30 50") == "A3 24 50");
    CHECK(from_midi(changing("transpose", "12"), "B3 30 50") == "B3 30 50");
    CHECK(from_midi(changing("transpose", "1"), "90 7E 50") == "90 7F 50");
    CHECK(from_midi(changing("transpose", "1"), "90 7F 50") ==
          "transpose: the number is out of range");
    CHECK(from_midi(changing("transpose", "-1"), "90 01 50") == "90 00 50");
    CHECK(from_midi(changing("transpose", "-1"), "90 00 50") ==
          "transpose: the number is out of range");
    CHECK(from_midi(changing("transpose", "127"), "90 00 50") == "90 7F 50");
    CHECK(from_midi(changing("transpose", "-127"), "90 7F 50") == "90 00 50");
    CHECK(from_midi(changing("transpose", "128"), "90 00 50") ==
          "transpose: the number is out of range");
    CHECK(from_midi(changing("transpose", "0.5"), "90 00 50") == "90 01 50");
}

TEST_CASE("a note's length is 1 ms to an hour, in whole microseconds") {
    const auto length_of = [](std::string_view seconds) {
        const osc_scope from(nothing);
        const midi_maker plan = long_note(seconds);
        const made_midi all = make(plan, from);
        return all.event.why == fault::none ? std::to_string(all.event.length_ns)
                                            : text_of(all.event);
    };
    CHECK(length_of("1") == "1000000000");
    CHECK(length_of("0.2") == "200000000");
    CHECK(length_of("0") == "1000000");
    CHECK(length_of("0.0009") == "1000000");
    CHECK(length_of("0.001") == "1000000");
    CHECK(length_of("0.0010004") == "1000000");
    CHECK(length_of("0.0010006") == "1001000");
    CHECK(length_of("3600") == "3600000000000");
    CHECK(length_of("3600.1") == "for: the number is out of range");
    CHECK(length_of("-0.001") == "for: the number is out of range");
    CHECK(length_of("$1") == "for: the message has no $1");
}

TEST_CASE("only what switches a note on has a length") {
    midi_maker plan = long_note("2");
    const osc_scope osc(nothing);
    CHECK(make(plan, osc).event.length_ns == 2'000'000'000);
    plan.velocity = compiled("0");
    CHECK(make(plan, osc).event.length_ns == 0);
    plan.velocity.reset();
    for (const auto& [hex, wanted_ns] : std::initializer_list<std::pair<const char*, std::int64_t>>{
             {"90 30 50", 2'000'000'000}, {"90 30 00", 0}, {"80 30 00", 0}, {"A0 30 50", 0}}) {
        CAPTURE(hex);
        const midi_scope from(hex);
        CHECK(make(plan, from).event.length_ns == wanted_ns);
    }
}

TEST_CASE("raw bytes are 0 to 255 and one message") {
    CHECK(from_osc(raw_of({"144", "0", "127"})) == "90 00 7F");
    CHECK(from_osc(raw_of({"143.5", "60", "1"})) == "90 3C 01");
    CHECK(from_osc(raw_of({"248"})) == "F8");
    CHECK(from_osc(raw_of({"255"})) == "FF");
    CHECK(from_osc(raw_of({"256"})) == "raw: the number is out of range");
    CHECK(from_osc(raw_of({"-1"})) == "raw: the number is out of range");
    CHECK(from_osc(raw_of({"255.5"})) == "raw: the number is out of range");
    CHECK(from_osc(raw_of({"-0.4", "1"})) == "raw: these bytes are not one MIDI message");
    CHECK(from_osc(raw_of({"144", "60"})) == "raw: these bytes are not one MIDI message");
    CHECK(from_osc(raw_of({"144", "60", "1", "1"})) == "raw: these bytes are not one MIDI message");
    CHECK(from_osc(raw_of({"144", "128", "1"})) == "raw: these bytes are not one MIDI message");
    CHECK(from_osc(raw_of({})) == "raw: these bytes are not one MIDI message");
    CHECK(from_osc(raw_of({"$1"})) == "raw: the message has no $1");
    CHECK(from_osc(raw_of({"240", "125", "247"})) == "F0 7D F7");
}

TEST_CASE("a blob among raw bytes is copied, as far as there is room") {
    const osc_scope from(wire::raw("/a\0\0,b\0") + wire::big_endian(3, 4) +
                         wire::hex("7D 01 02 00"));
    CHECK(made(raw_of({"240", "$1", "247"}), from) == "F0 7D 01 02 F7");
    CHECK(make(raw_of({"240", "$1", "247"}), from, 5).event.why == fault::none);
    CHECK(make(raw_of({"240", "$1", "247"}), from, 4).event.why == fault::too_large);
    CHECK(make(raw_of({"240", "$1", "247"}), from, 3).event.why == fault::too_large);
    CHECK(made(raw_of({"$1 + 1"}), from) ==
          "raw: $1 cannot be used here, because it has another type");
}

TEST_CASE("a long message is changed where there is room for it") {
    const midi_scope from("F0 7D 01 02 F7");
    CHECK(make(changing("channel", "2"), from, 5).event.why == fault::none);
    CHECK(make(changing("channel", "2"), from, 4).event.why == fault::too_large);
}

TEST_CASE("what is captured is known of every field") {
    const auto highest = [](const midi_maker& plan) { return translation{plan}.captures(); };
    CHECK(highest(note_of("1")) == 0);
    CHECK(highest(note_of("$*1", "$*2", "$*3")) == 3);
    CHECK(highest(note_of("$*2")) == 2);
    CHECK(highest(long_note("$*4")) == 4);
    CHECK(highest(value_of(form::cc, "$*5")) == 5);
    CHECK(highest(changing("transpose", "$*6")) == 6);
    CHECK(highest(raw_of({"$*1", "$*7", "1"})) == 7);
    midi_maker controller = value_of(form::cc, "1");
    controller.controller = compiled("$*3");
    CHECK(highest(controller) == 3);
}
