// SPDX-License-Identifier: MIT
// Routes whose `as` makes MIDI, from the file to the output.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using tactus::flow::dropped;
using tactus::flow::rejected;
using strings = std::vector<std::string>;
using wire::operator+;

namespace {

std::string as(const std::string& table) {
    return route("as = { " + table + " }");
}

} // namespace

TEST_CASE("arguments become a note") {
    route_case test(as(R"(note = "$1", velocity = "$2", channel = 10)"));

    CHECK(test.send("/organ 60 100") == strings{"MIDI note_on 10 60 100"});
    CHECK(test.send("/organ 60.4 99.5") == strings{"MIDI note_on 10 60 100"});
}

TEST_CASE("a note has velocity 100 and channel 1 where nothing is said") {
    route_case test(as(R"(note = "$1")"));

    CHECK(test.send("/organ 60") == strings{"MIDI note_on 1 60 100"});
}

TEST_CASE("a velocity of 0 switches a note off") {
    route_case test(as(R"(note = "$1", velocity = "$2 * 127")"));

    CHECK(test.send("/organ 60 1.0") == strings{"MIDI note_on 1 60 127"});
    CHECK(test.send("/organ 60 0.0") == strings{"MIDI note_off 1 60 64"});
}

TEST_CASE("without as, a note_on of velocity 0 leaves as it is and ends the note") {
    route_case test(route(""));

    CHECK(test.send("/x/note_on 1 60 100") == strings{"MIDI note_on 1 60 100"});
    CHECK(test.flow.output().notes_sounding == 1);
    CHECK(test.send("/x/note_on 1 60 0") == strings{"MIDI note_on 1 60 0"});
    CHECK(test.flow.output().notes_sounding == 0);
}

TEST_CASE("OSC that a route makes is MIDI by its name where an output takes nothing else") {
    route_case note(as(R"(address = "/y/note_on", args = [2, "$1", 100])"));
    CHECK(note.send("/organ 60") == strings{"MIDI note_on 2 60 100"});

    route_case nrpn(as(R"(address = "/y/nrpn", args = [1, 5, "$1 * 16383"])"));
    CHECK(nrpn.send("/fader 1.0") ==
          strings{"MIDI control_change 1 99 0", "MIDI control_change 1 98 5",
                  "MIDI control_change 1 6 127", "MIDI control_change 1 38 127"});

    route_case none(as(R"(address = "/y/nothing", args = [1])"));
    CHECK(none.send("/organ 60").empty());
    CHECK(none.flow.rejected_as(rejected::unsupported_type) == 1);
}

TEST_CASE("parameters of a message of keys and values go by name") {
    route_case test(as(R"(note = "$midinote ?? 60 + $n", velocity = "($gain ?? 0.8) * 100")"));

    CHECK(test.send(R"(/dirt/play "s" "superpiano" "midinote" 64.0 "gain" 1.0)") ==
          strings{"MIDI note_on 1 64 100"});
    CHECK(test.send(R"(/dirt/play "s" "superpiano" "n" 3.0)") == strings{"MIDI note_on 1 63 80"});
}

TEST_CASE("a name is a key only where keys stand") {
    route_case test(as(R"(note = "$n")"));

    CHECK(test.send(R"(/dirt/play "s" "n" "n" 3)") == strings{"MIDI note_on 1 3 100"});
}

TEST_CASE("a controller, a program, a bend and both kinds of pressure can be made") {
    CHECK(route_case(as(R"(cc = 7, value = "$1")")).send("/a 64") ==
          strings{"MIDI control_change 1 7 64"});
    CHECK(route_case(as(R"(cc = "$1")")).send("/a 64") == strings{"MIDI control_change 1 64 64"});
    CHECK(route_case(as(R"(program = "$1", channel = 16)")).send("/a 5") ==
          strings{"MIDI program_change 16 5"});
    CHECK(route_case(as(R"(bend = "$1")")).send("/a 16383") == strings{"MIDI pitch_bend 1 16383"});
    CHECK(route_case(as(R"(pressure = "$1")")).send("/a 1") ==
          strings{"MIDI channel_pressure 1 1"});
    CHECK(route_case(as(R"(note = 60, pressure = "$1")")).send("/a 1") ==
          strings{"MIDI poly_pressure 1 60 1"});
}

TEST_CASE("bytes can be made one by one, and from a blob") {
    CHECK(route_case(as(R"(raw = [0xF0, 0x7D, "$1", 0xF7])")).send("/a 5") ==
          strings{"MIDI raw F0 7D 05 F7"});

    route_case blob(as(R"(raw = "$1")"));
    const wire::bytes osc =
        wire::raw("/a\0\0,b\0") + wire::big_endian(3, 4) + wire::hex("903C6400");
    static_cast<void>(blob.flow.emit_osc(osc));
    blob.flow.run();
    CHECK(blob.flow.sink().payloads() == strings{"\x90\x3C\x64"});
}

TEST_CASE("bytes that are not one MIDI message are not sent, and counted") {
    route_case test(as(R"(raw = ["$1", 60])"));

    CHECK(test.send("/a 144").empty());
    CHECK(test.last_why == "raw: these bytes are not one MIDI message");
    CHECK(test.flow.rejected_as(rejected::untranslatable) == 1);
}

TEST_CASE("scale and clamp change the value that is made") {
    route_case fader(as(R"(cc = 7, value = "$1", scale = [0, 1, 0, 127])"));
    CHECK(fader.send("/a 0.5") == strings{"MIDI control_change 1 7 64"});
    CHECK(fader.send("/a 1.1").empty());
    CHECK(fader.last_why == "value: the number is out of range");

    route_case bend(as(R"(bend = "$1", scale = [-1, 1, 0, 16383], clamp = [0, 16383])"));
    CHECK(bend.send("/a 0.0") == strings{"MIDI pitch_bend 1 8192"});
    CHECK(bend.send("/a 5.0") == strings{"MIDI pitch_bend 1 16383"});
    CHECK(bend.send("/a -5") == strings{"MIDI pitch_bend 1 0"});
}

TEST_CASE("what the wildcards of the address took can be used") {
    route_case test(route("address = \"/page*/fader?\"\n"
                          "as = { cc = \"$*2 + 20\", value = \"$1\", channel = \"$*1\" }"));

    CHECK(test.send("/page12/fader3 9") == strings{"MIDI control_change 12 23 9"});
}

TEST_CASE(
    "a missing argument is told by name, and counted at the input if nothing else came of it") {
    route_case test(as(R"(note = "$1", velocity = "$2")"));

    CHECK(test.send("/a 60").empty());

    CHECK(test.last_why == "velocity: the message has no $2");
    CHECK(test.last_route == 0);
    CHECK(test.flow.rejected_as(rejected::untranslatable) == 1);
    CHECK(test.flow.output().ledger.dropped_by.total() == 0);
}

TEST_CASE("what one route cannot make is dropped at its output where another route delivers") {
    route_case test("[[route]]\nfrom = \"in\"\nto = \"a\"\nas = { note = \"$2\" }\n"
                    "[[route]]\nfrom = \"in\"\nto = \"b\"\nas = { note = \"$1\" }\n");

    CHECK(test.send("/x 60") == strings{"b: MIDI note_on 1 60 100"});

    CHECK(test.flow.ledger().routed == 1);
    CHECK(test.flow.dropped_as(dropped::untranslatable, 0) == 1);
}

TEST_CASE("each reason for which nothing is made is told") {
    route_case text(as(R"(note = "$1")"));
    CHECK(text.send(R"(/a "bd")").empty());
    CHECK(text.last_why == "note: $1 cannot be used here, because it has another type");
    CHECK(text.send("/a 128").empty());
    CHECK(text.last_why == "note: the number is out of range");

    route_case division(as(R"(note = "60 / $1")"));
    CHECK(division.send("/a 0").empty());
    CHECK(division.last_why == "note: division by zero");

    route_case change(as("channel = 2"));
    CHECK(change.send("/a 1").empty());
    CHECK(change.last_why == "there is no MIDI message to change");
}

TEST_CASE("routes with as deliver each on their own, plain routes once") {
    route_case test(route("") + route("address = \"/*/note_on\"") + as(R"(note = "$2 + 12")") +
                    as(R"(note = "$2 + 24")"));

    CHECK(test.send("/a/note_on 1 48 90") ==
          strings{"MIDI note_on 1 48 90", "MIDI note_on 1 60 100", "MIDI note_on 1 72 100"});
    CHECK(test.flow.ledger().routed == 1);
}

TEST_CASE("an event for a port by name is made into something for that port") {
    route_case test(as(R"(note = "$1")"));
    const std::uint32_t bus = test.flow.add_port(0, "bus 2");

    const noted_event note = read_event("/a 60");
    static_cast<void>(
        test.flow.emit(note.protocol, note.bytes, {.port = test.flow.fan.names().intern("bus 2")}));
    test.flow.run();
    CHECK(test.flow.sink().records.at(0).port == bus);

    static_cast<void>(test.flow.emit(note.protocol, note.bytes,
                                     {.port = test.flow.fan.names().intern("nobody")}));
    CHECK(test.flow.ledger().unrouted_by.of(tactus::flow::unrouted::unknown_port) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("MIDI that a route makes is OSC as any MIDI where an output takes nothing else") {
    route_case test(as(R"(note = "$1")"), route_case::osc);

    CHECK(test.send("/a 60") == strings{"/midi/in/note_on 1 60 100"});
}

TEST_CASE("a note that ends by itself is an unsupported type where an output takes only OSC") {
    route_case test(as(R"(note = "$1", for = "1s")"), route_case::osc);

    CHECK(test.send("/a 60").empty());
    CHECK(test.flow.rejected_as(rejected::unsupported_type) == 1);
}

TEST_CASE("due times and tags go along with what is made") {
    route_case test(as(R"(note = "$1")"));
    const std::int64_t due_ns = test.flow.clock.now_ns() + 5 * tactus::flow::test::ms_ns;

    CHECK(test.send("/a 60", {.due_ns = due_ns, .tag = 3}).empty());
    CHECK(test.send("/a 61", {.due_ns = due_ns, .tag = 4}).empty());
    CHECK(test.flow.in.cancel(0, 3) == 1);

    CHECK(test.wait(5) == strings{"+5ms MIDI note_on 1 61 100"});
}
