// SPDX-License-Identifier: MIT
// What each variable is, of each kind of event.
#include "tests/kernel/flow/route/translate/scope_case.hpp"

#include <array>
#include <initializer_list>

using namespace tactus::flow;
using namespace tactus::flow::test;
using wire::operator+;

namespace {

// All fields of a MIDI message; "-" for what it has not.
std::string fields_of(std::string_view hex) {
    const midi_scope from(hex);
    std::string all;
    for (const char* const name :
         {"type", "channel", "note", "velocity", "cc", "value", "program", "bend", "pressure"}) {
        const std::string found = computed("$" + std::string(name), from);
        all += (all.empty() ? "" : " ") + (found == "missing" ? "-" : found.substr(2));
    }
    return all;
}

} // namespace

TEST_CASE("each kind of MIDI message has its own fields") {
    //                           type channel note velocity cc value program bend pressure
    CHECK(fields_of("80 3C 40") == "note_off 1 60 64 - - - - -");
    CHECK(fields_of("9F 00 7F") == "note_on 16 0 127 - - - - -");
    CHECK(fields_of("90 7F 00") == "note_off 1 127 0 - - - - -");
    CHECK(fields_of("A2 3C 05") == "poly_pressure 3 60 - - 5 - - 5");
    CHECK(fields_of("B0 07 64") == "control_change 1 - - 7 100 - - -");
    CHECK(fields_of("C5 09") == "program_change 6 - - - 9 9 - -");
    CHECK(fields_of("D0 7F") == "channel_pressure 1 - - - 127 - - 127");
    CHECK(fields_of("E0 00 40") == "pitch_bend 1 - - - 8192 - 8192 -");
    CHECK(fields_of("E0 01 00") == "pitch_bend 1 - - - 1 - 1 -");
    CHECK(fields_of("EF 7F 7F") == "pitch_bend 16 - - - 16383 - 16383 -");
    CHECK(fields_of("F8") == "clock - - - - - - - -");
    CHECK(fields_of("F0 7D F7").ends_with(" - - - - - - - -"));
}

TEST_CASE("of any event there are its input and its port, of OSC the address too") {
    const midi_scope midi("F8");
    CHECK(computed("$input", midi) == "s keys");
    CHECK(computed("$port", midi) == "s pad");
    CHECK(computed("$address", midi) == "missing");
    CHECK(computed("$1", midi) == "missing");
    CHECK(computed("$*1", midi) == "missing");
    const osc_scope osc(wire::raw("/a/b\0\0\0\0,\0\0"));
    CHECK(computed("$input", osc) == "s desk");
    CHECK(computed("$port", osc) == "s bus 1");
    CHECK(computed("$address", osc) == "s /a/b");
    CHECK(computed("$1", osc) == "missing");
    for (const char* const none : {"$type", "$channel", "$note", "$velocity", "$cc", "$value",
                                   "$program", "$bend", "$pressure", "$other"}) {
        CAPTURE(none);
        CHECK(computed(none, osc) == "missing");
    }
}

TEST_CASE("arguments are counted from 1, over brackets, and a nil is missing") {
    const osc_scope from(wire::raw("/a\0\0,i[iNT]s\0\0\0") + wire::big_endian(7, 4) +
                         wire::big_endian(8, 4) + wire::raw("x\0\0"));
    CHECK(computed("$1", from) == "i 7");
    CHECK(computed("$2", from) == "i 8");
    CHECK(computed("$3", from) == "missing");
    CHECK(computed("$4", from) == "T 1");
    CHECK(computed("$5", from) == "s x");
    CHECK(computed("$6", from) == "missing");
}

TEST_CASE("arguments have their own types, also alone") {
    const osc_scope from(wire::raw("/a\0\0,ihfdTFsc\0\0") + wire::big_endian(5, 4) +
                         wire::big_endian(6, 8) + float32(0.5F) + float64(0.25) +
                         wire::raw("t\0\0") + wire::big_endian('x', 4));
    for (const auto& [text, wanted] : std::initializer_list<computed_row>{{"$1", "i 5"},
                                                                          {"$2", "h 6"},
                                                                          {"$3", "f 0.5"},
                                                                          {"$4", "d 0.25"},
                                                                          {"$5", "T 1"},
                                                                          {"$6", "F 0"},
                                                                          {"$7", "s t"}}) {
        CAPTURE(text);
        CHECK(computed(text, from) == wanted);
    }
    CHECK(computed("$8 + 1", from) == "wrong_type");
    CHECK(compiled("$8").run(from).is_original);
}

TEST_CASE("a name is the argument after the key, and only keys are looked at") {
    // "s" "n" "n" 3 "x" 0.5 "last"
    const osc_scope from(wire::raw("/p\0\0,sssisfs\0\0\0") + wire::raw("s\0\0") +
                         wire::raw("n\0\0") + wire::raw("n\0\0") + wire::big_endian(3, 4) +
                         wire::raw("x\0\0") + float32(0.5F) + wire::raw("last\0\0\0"));
    CHECK(computed("$s", from) == "s n");
    CHECK(computed("$n", from) == "i 3");
    CHECK(computed("$x", from) == "f 0.5");
    CHECK(computed("$last", from) == "missing"); // a key without a value
    CHECK(computed("$S", from) == "missing");
    CHECK(computed("$na", from) == "missing");
}

TEST_CASE("a nil after a key is missing, as a nil at a place is") {
    const osc_scope from(wire::raw("/p\0\0,sN\0") + wire::raw("n\0\0\0"));
    CHECK(computed("$2", from) == "missing");
    CHECK(computed("$n", from) == "missing");
    CHECK(computed("$n ?? 3", from) == "i 3");
}

TEST_CASE("a key in a message comes before the field of that name") {
    const osc_scope from(wire::raw("/p\0\0,sisi\0\0") + wire::raw("input\0\0") +
                         wire::big_endian(4, 4) + wire::raw("note\0\0\0") + wire::big_endian(5, 4));
    CHECK(computed("$input", from) == "i 4");
    CHECK(computed("$note", from) == "i 5");
    CHECK(computed("$port", from) == "s bus 1");
}

TEST_CASE("what wildcards took is counted from 1 to as many as there are") {
    tactus::codec::captures took;
    took.size = 2;
    took.texts[0] = "7";
    took.texts[1] = "left";
    osc_scope from(wire::raw("/a\0\0,\0\0"));
    from.captured = &took;
    CHECK(computed("$*1", from) == "s 7");
    CHECK(computed("$*1 + 1", from) == "i 8");
    CHECK(computed("$*2", from) == "s left");
    CHECK(computed("$*3", from) == "missing");
}
