// SPDX-License-Identifier: MIT
// Routes from MIDI to MIDI, and filters.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using strings = std::vector<std::string>;

namespace {

std::string as(const std::string& table) {
    return route("as = { " + table + " }");
}
std::string match(const std::string& table) {
    return route("match = { " + table + " }");
}

// Which of the events get through, by their place.
std::vector<int> taken(const std::string& routes, const strings& events) {
    route_case test(routes, route_case::midi | route_case::osc);
    std::vector<int> all;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (!test.send(events[i]).empty()) {
            all.push_back(static_cast<int>(i));
        }
    }
    return all;
}

const strings one_of_each = {"/a 1",
                             "MIDI note_on 1 60 100",
                             "MIDI note_off 1 60 0",
                             "MIDI poly_pressure 1 60 5",
                             "MIDI control_change 1 7 64",
                             "MIDI program_change 1 5",
                             "MIDI channel_pressure 1 5",
                             "MIDI pitch_bend 1 0",
                             "MIDI raw F0 7D F7",
                             "MIDI clock",
                             "MIDI raw FE",
                             "MIDI raw 90 3C 00"};

} // namespace

TEST_CASE("a channel is changed and everything else stays") {
    route_case test(as("channel = 5"));

    CHECK(test.send("MIDI note_on 1 60 90") == strings{"MIDI note_on 5 60 90"});
    CHECK(test.send("MIDI note_off 1 60 7") == strings{"MIDI note_off 5 60 7"});
    CHECK(test.send("MIDI poly_pressure 1 60 7") == strings{"MIDI poly_pressure 5 60 7"});
    CHECK(test.send("MIDI control_change 1 7 64") == strings{"MIDI control_change 5 7 64"});
    CHECK(test.send("MIDI program_change 1 7") == strings{"MIDI program_change 5 7"});
    CHECK(test.send("MIDI channel_pressure 1 7") == strings{"MIDI channel_pressure 5 7"});
    CHECK(test.send("MIDI pitch_bend 1 16383") == strings{"MIDI pitch_bend 5 16383"});
    CHECK(test.send("MIDI clock") == strings{"MIDI clock"});
    CHECK(test.send("MIDI raw F0 7D F7") == strings{"MIDI raw F0 7D F7"});
}

TEST_CASE("a note-on with velocity 0 stays the note-off that it is") {
    route_case test(as("channel = 5, velocity = 90"));

    static_cast<void>(test.send("MIDI note_on 1 60 90"));

    CHECK(test.send("MIDI note_on 1 60 0") == strings{"MIDI note_on 5 60 0"});
    CHECK(test.flow.output().notes_sounding == 0);
}

TEST_CASE("notes are transposed with their note-offs and pressure") {
    route_case test(as("transpose = -12"));

    CHECK(test.send("MIDI note_on 1 60 90") == strings{"MIDI note_on 1 48 90"});
    CHECK(test.send("MIDI note_off 1 60 7") == strings{"MIDI note_off 1 48 7"});
    CHECK(test.send("MIDI poly_pressure 1 60 7") == strings{"MIDI poly_pressure 1 48 7"});
    CHECK(test.send("MIDI control_change 1 7 64") == strings{"MIDI control_change 1 7 64"});
    CHECK(test.send("MIDI note_on 1 11 90").empty());
    CHECK(test.last_why == "transpose: the number is out of range");
}

TEST_CASE("a velocity goes through a curve, that of note-offs stays") {
    route_case test(as(R"(velocity = "pow($velocity / 127, 0.5) * 127")"));

    CHECK(test.send("MIDI note_on 1 60 32") == strings{"MIDI note_on 1 60 64"});
    CHECK(test.send("MIDI note_off 1 60 32") == strings{"MIDI note_off 1 60 32"});

    route_case scaled(as(R"(velocity = "$velocity", scale = [1, 127, 40, 110])"));
    CHECK(scaled.send("MIDI note_on 1 60 1") == strings{"MIDI note_on 1 60 40"});
}

TEST_CASE("a controller is renumbered") {
    route_case test(as(R"(cc = "$cc == 1 ? 11 : $cc", channel = "$channel + 1")"));

    CHECK(test.send("MIDI control_change 1 1 64") == strings{"MIDI control_change 2 11 64"});
    CHECK(test.send("MIDI control_change 1 7 64") == strings{"MIDI control_change 2 7 64"});
    CHECK(test.send("MIDI control_change 16 7 64").empty());
}

TEST_CASE("one kind of MIDI becomes another") {
    CHECK(
        route_case(as(R"(note = 36, velocity = "$value")")).send("MIDI control_change 2 64 127") ==
        strings{"MIDI note_on 2 36 127"});
    CHECK(route_case(as(R"(note = 36, velocity = "$value")")).send("MIDI control_change 2 64 0") ==
          strings{"MIDI note_off 2 36 64"});
    CHECK(route_case(as(R"(cc = 20, value = "$velocity")")).send("MIDI note_on 2 36 90") ==
          strings{"MIDI control_change 2 20 90"});
    CHECK(route_case(as(R"(note = "$note + 7")")).send("MIDI note_off 2 36 9") ==
          strings{"MIDI note_off 2 43 9"});
}

TEST_CASE("events are chosen by their kind") {
    using places = std::vector<int>;
    CHECK(taken(match(R"(type = "osc")"), one_of_each) == places{0});
    CHECK(taken(match(R"(type = "midi")"), one_of_each) ==
          places{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(taken(match(R"(type = "note")"), one_of_each) == places{1, 2, 11});
    CHECK(taken(match(R"(type = "note_on")"), one_of_each) == places{1});
    CHECK(taken(match(R"(type = "note_off")"), one_of_each) == places{2, 11});
    CHECK(taken(match(R"(type = ["key_pressure", "cc"])"), one_of_each) == places{3, 4});
    CHECK(taken(match(R"(type = ["program", "pressure"])"), one_of_each) == places{5, 6});
    CHECK(taken(match(R"(type = ["bend", "sysex"])"), one_of_each) == places{7, 8});
    CHECK(taken(match(R"(type = ["clock", "system"])"), one_of_each) == places{9, 10});
}

TEST_CASE("events are chosen by channel, note and controller, both ends taken") {
    using places = std::vector<int>;
    const strings notes = {"MIDI note_on 1 35 9",        "MIDI note_on 1 36 9",
                           "MIDI note_off 16 51 9",      "MIDI note_on 1 52 9",
                           "MIDI control_change 2 36 1", "/a 36"};

    CHECK(taken(match("note = [36, 51]"), notes) == places{1, 2});
    CHECK(taken(match("note = 36"), notes) == places{1});
    CHECK(taken(match("channel = 1"), notes) == places{0, 1, 3});
    CHECK(taken(match("channel = [2, 16]"), notes) == places{2, 4});
    CHECK(taken(match("cc = [1, 36]"), notes) == places{4});
    CHECK(taken(match("note = [0, 127], channel = 16"), notes) == places{2});
}

TEST_CASE("conditions all have to hold; what cannot be computed does not hold") {
    using places = std::vector<int>;
    const strings events = {"/a 0.6", "/a 0.4", "/a", R"(/a "bd")", R"(/b 1 "bd")", "/b 0 2"};

    CHECK(taken(match(R"x(where = "$1 > 0.5")x"), events) == places{0, 4});
    CHECK(taken(match(R"(where = ["$1 > 0.5", "$2 == 'bd'"])"), events) == places{4});
    CHECK(taken(match(R"x(where = "$1 == 'bd' or $2 == 2")x"), events) == places{3, 5});
    CHECK(taken(match(R"x(where = "not ($1 > 0.5)")x"), events) == places{1, 5});
    CHECK(taken(match(R"x(where = "($2 ?? 9) == 9")x"), events) == places{0, 1, 2, 3});
    CHECK(taken(match(R"(address = "/b", where = "$1 == 0")"), events) == places{5});
    CHECK(taken(route("address = \"/?\"\nmatch = { where = \"$*1 == 'b'\" }"), events) ==
          places{4, 5});
}

TEST_CASE("what no filter takes is filtered, and what no address takes has no route") {
    const std::string extra =
        GENERATE("", "as = { note = 1 }\n", "throttle = \"1s\"\n"); // in the tables, and rules
    route_case test("[[route]]\nfrom = \"keys\"\nto = \"bass\"\naddress = \"/a\"\n"
                    "match = { where = \"$1 > 3\" }\n" +
                    extra + "[[route]]\nfrom = \"keys\"\nto = \"lead\"\naddress = \"/lead\"\n");

    CHECK(test.send("/a 3").empty());
    CHECK(test.flow.ledger().unrouted_by.of(tactus::flow::unrouted::filtered) == 1);
    CHECK(test.send("/a").empty()); // what cannot be computed is not taken
    CHECK(test.flow.ledger().unrouted_by.of(tactus::flow::unrouted::filtered) == 2);
    CHECK(test.send("/b 9").empty());
    CHECK(test.send("MIDI clock").empty());
    CHECK(test.flow.ledger().unrouted_by.of(tactus::flow::unrouted::no_route) == 2);
    CHECK(test.flow.ledger().unrouted_by.total() == 4);
    CHECK(test.flow.balanced());
}

TEST_CASE("an event that one route filters out and another takes is routed") {
    route_case test("[[route]]\nfrom = \"keys\"\nto = \"bass\"\nmatch = { type = \"cc\" }\n"
                    "[[route]]\nfrom = \"keys\"\nto = \"lead\"\n");

    CHECK(test.send("MIDI note_on 1 60 90").size() == 1);
    CHECK(test.flow.ledger().unrouted_by.total() == 0);
    CHECK(test.flow.ledger().routed == 1);
}

TEST_CASE("an event that several filters take goes to an output once") {
    route_case test(match(R"(type = "note")") + match("channel = 1") + route(""));

    CHECK(test.send("MIDI note_on 1 60 90") == strings{"MIDI note_on 1 60 90"});
}

TEST_CASE("a keyboard is split") {
    const std::string low =
        "[[route]]\nfrom = \"keys\"\nto = \"bass\"\nmatch = { note = [0, 59] }\n"
        "as = { transpose = 12 }\n";
    const std::string high =
        "[[route]]\nfrom = \"keys\"\nto = \"lead\"\nmatch = { note = [60, 127] }\n";
    route_case test(low + high);

    CHECK(test.send("MIDI note_on 1 40 90") == strings{"bass: MIDI note_on 1 52 90"});
    CHECK(test.send("MIDI note_on 1 60 90") == strings{"lead: MIDI note_on 1 60 90"});
}

TEST_CASE("rules of literal addresses, patterns and none are taken in the order of the file") {
    route_case test(route("address = \"/b\"\nas = { note = 1 }") +
                    route("address = \"/?\"\nas = { note = 2 }") + as("note = 3") +
                    route("address = \"/b\"\nas = { note = 4 }") +
                    route("address = \"/c\"\nas = { note = 5 }"));

    CHECK(test.send("/b") == strings{"MIDI note_on 1 1 100", "MIDI note_on 1 2 100",
                                     "MIDI note_on 1 3 100", "MIDI note_on 1 4 100"});
}
