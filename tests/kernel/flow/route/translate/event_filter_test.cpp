// SPDX-License-Identifier: MIT
// `match` of a route: each kind, ranges at both ends, conditions that cannot be computed.
#include "kernel/flow/route/translate/event_filter.hpp"
#include "tests/kernel/flow/route/translate/scope_case.hpp"

#include <initializer_list>
#include <utility>

using namespace tactus::flow;
using namespace tactus::flow::test;
using wire::operator+;

namespace {

bool takes(const event_filter& filter, std::string_view hex) {
    const midi_scope from(hex);
    return filter.takes(from);
}

event_filter where(std::initializer_list<const char*> conditions) {
    event_filter filter;
    for (const char* const each : conditions) {
        filter.conditions.push_back(compiled(each));
    }
    return filter;
}

const wire::bytes seven = wire::raw("/a\0\0,i\0") + wire::big_endian(7, 4);

} // namespace

TEST_CASE("each message is of one kind") {
    for (const auto& [hex, kind] : std::initializer_list<std::pair<const char*, std::uint32_t>>{
             {"90 3C 64", kind_note_on},
             {"9F 3C 01", kind_note_on},
             {"90 3C 00", kind_note_off},
             {"80 3C 64", kind_note_off},
             {"A0 3C 64", kind_key_pressure},
             {"B0 3C 64", kind_cc},
             {"C0 3C", kind_program},
             {"D0 3C", kind_pressure},
             {"EF 3C 64", kind_bend},
             {"F0 7D F7", kind_sysex},
             {"F8", kind_clock},
             {"FA", kind_clock},
             {"FB", kind_clock},
             {"FC", kind_clock},
             {"F1 00", kind_system},
             {"F2 00 00", kind_system},
             {"F3 00", kind_system},
             {"F6", kind_system},
             {"FE", kind_system},
             {"FF", kind_system}}) {
        CAPTURE(hex);
        const midi_scope from(hex);
        CHECK(kind_of(from) == kind);
        for (const kind_word& each : kind_words) {
            CAPTURE(each.word);
            event_filter filter;
            filter.kinds = each.kinds;
            CHECK(filter.takes(from) == ((each.kinds & kind) != 0));
        }
        event_filter midi;
        midi.kinds = kind_midi;
        CHECK(midi.takes(from));
    }
    const osc_scope osc(seven);
    CHECK(kind_of(osc) == kind_osc);
    event_filter midi;
    midi.kinds = kind_midi;
    CHECK_FALSE(midi.takes(osc));
    midi.kinds = kind_osc;
    CHECK(midi.takes(osc));
}

TEST_CASE("a note is on and off, and MIDI is every kind but OSC") {
    CHECK(kind_note == (kind_note_on | kind_note_off));
    CHECK((kind_midi & kind_osc) == 0);
    for (const kind_word& each : kind_words) {
        CHECK((each.word == "osc" || (each.kinds & kind_midi) == each.kinds));
    }
}

TEST_CASE("a range has both its ends") {
    event_filter filter;
    filter.note = number_range{60, 62};
    CHECK_FALSE(takes(filter, "90 3B 64"));
    CHECK(takes(filter, "90 3C 64"));
    CHECK(takes(filter, "90 3D 64"));
    CHECK(takes(filter, "90 3E 64"));
    CHECK_FALSE(takes(filter, "90 3F 64"));
    CHECK(takes(filter, "80 3C 64"));
    CHECK(takes(filter, "A0 3C 64"));
    CHECK_FALSE(takes(filter, "B0 3C 64")); // which has no note
    CHECK_FALSE(takes(filter, "F8"));
    filter.note = number_range{60, 60};
    CHECK(takes(filter, "90 3C 64"));
    CHECK_FALSE(takes(filter, "90 3D 64"));
}

TEST_CASE("channels and controllers have ranges, of what has them") {
    event_filter channel;
    channel.channel = number_range{2, 3};
    CHECK_FALSE(takes(channel, "90 3C 64"));
    CHECK(takes(channel, "91 3C 64"));
    CHECK(takes(channel, "E2 3C 64"));
    CHECK_FALSE(takes(channel, "93 3C 64"));
    CHECK_FALSE(takes(channel, "F8"));
    event_filter controller;
    controller.controller = number_range{7, 7};
    CHECK(takes(controller, "B0 07 00"));
    CHECK_FALSE(takes(controller, "B0 08 00"));
    CHECK_FALSE(takes(controller, "B0 06 00"));
    CHECK_FALSE(takes(controller, "90 07 07"));
    const osc_scope osc(wire::raw("/a\0\0,si\0") + wire::raw("cc\0") + wire::big_endian(7, 4));
    CHECK_FALSE(controller.takes(osc)); // a key of that name is no controller
    CHECK_FALSE(channel.takes(osc));
}

TEST_CASE("all that is set has to hold") {
    event_filter filter = where({"$velocity > 10"});
    filter.kinds = kind_note;
    filter.channel = number_range{1, 1};
    filter.note = number_range{60, 60};
    CHECK(takes(filter, "90 3C 0B"));
    CHECK_FALSE(takes(filter, "90 3C 0A"));
    CHECK_FALSE(takes(filter, "91 3C 0B"));
    CHECK_FALSE(takes(filter, "90 3D 0B"));
    CHECK_FALSE(takes(filter, "A0 3C 0B"));
}

TEST_CASE("each of several conditions has to hold, and what cannot be computed does not") {
    const osc_scope from(seven);
    CHECK(where({"$1 == 7"}).takes(from));
    CHECK(where({"$1 == 7", "$1 > 6"}).takes(from));
    CHECK_FALSE(where({"$1 == 7", "$1 > 7"}).takes(from));
    CHECK_FALSE(where({"$1 > 7", "$1 == 7"}).takes(from));
    CHECK(where({"$1"}).takes(from));
    CHECK(where({"-1"}).takes(from));
    CHECK_FALSE(where({"$1 - 7"}).takes(from));
    CHECK_FALSE(where({"$2"}).takes(from));
    CHECK_FALSE(where({"$2 == 1"}).takes(from));
    CHECK_FALSE(where({"not $2"}).takes(from));
    CHECK_FALSE(where({"1 / 0"}).takes(from));
    CHECK_FALSE(where({"'a'"}).takes(from));
    CHECK(where({"'1'"}).takes(from));
}

TEST_CASE("an empty filter takes everything, and is known to be empty") {
    CHECK(event_filter().is_empty());
    CHECK(takes(event_filter(), "F8"));
    CHECK_FALSE(where({"1"}).is_empty());
    event_filter one;
    one.kinds = kind_cc;
    CHECK_FALSE(one.is_empty());
    for (auto part : {&event_filter::channel, &event_filter::note, &event_filter::controller}) {
        event_filter filter;
        filter.*part = number_range{0, 127};
        CHECK_FALSE(filter.is_empty());
    }
}
