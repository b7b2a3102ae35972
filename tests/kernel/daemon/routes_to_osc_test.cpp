// SPDX-License-Identifier: MIT
// Routes whose `as` makes OSC, from OSC and from MIDI; and what happens to MIDI without any `as`.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using tactus::flow::rejected;
using strings = std::vector<std::string>;
using wire::operator+;

namespace {

std::string keys_route(const std::string& rest) {
    return "[[route]]\nfrom = \"keys\"\nto = \"out\"\n" + rest + "\n";
}
std::string as(const std::string& table) {
    return keys_route("as = { " + table + " }");
}

strings osc_of(const std::string& routes, std::string_view event) {
    return route_case(routes, route_case::osc).send(event);
}

} // namespace

TEST_CASE("without as, MIDI for an output of OSC takes osmid's names") {
    CHECK(osc_of(keys_route(""), "MIDI note_on 3 60 100") ==
          strings{"/midi/keys/note_on 3 60 100"});
    CHECK(osc_of(keys_route(""), "MIDI pitch_bend 1 8192") ==
          strings{"/midi/keys/pitch_bend 1 8192"});
    CHECK(osc_of(keys_route(""), "MIDI raw F0 7D F7") == strings{"/midi/keys/sysex blob3"});
}

TEST_CASE(
    "without as, a note-on with velocity 0 keeps its name, so that the way back is the same") {
    CHECK(osc_of(keys_route(""), "MIDI raw 92 3C 00") == strings{"/midi/keys/note_on 3 60 0"});
    CHECK(osc_of(keys_route(""), "MIDI note_off 3 60 0") == strings{"/midi/keys/note_off 3 60 0"});
}

TEST_CASE("$type says of a note-on with velocity 0 what it means, as match does") {
    CHECK(osc_of(as(R"(address = "/$type")"), "MIDI raw 92 3C 00") == strings{"/note_off 3 60 0"});
    CHECK(osc_of(as(R"(address = "/$type")"), "MIDI note_on 3 60 1") == strings{"/note_on 3 60 1"});
    CHECK(osc_of(keys_route(R"(match = { type = "note_off", where = "$type == 'note_off'" })"),
                 "MIDI raw 92 3C 00") == strings{"/midi/keys/note_on 3 60 0"});
}

TEST_CASE("the fields of MIDI stand in addresses and arguments") {
    const std::string routes =
        as(R"(address = "/$port/$channel/$type", args = ["$note", "$velocity / 127"])");

    CHECK(osc_of(routes, "MIDI note_on 3 60 127") == strings{"/keys/3/note_on 60 1.0"});
    CHECK(osc_of(routes, "MIDI note_off 3 60 0") == strings{"/keys/3/note_off 60 0.0"});
    CHECK(osc_of(as(R"(address = "/cc/$cc", args = "$value")"), "MIDI control_change 1 7 64") ==
          strings{"/cc/7 64"});
    CHECK(osc_of(as(R"(address = "/p", args = ["$program", "$value"])"),
                 "MIDI program_change 1 7") == strings{"/p 7 7"});
    CHECK(osc_of(as(R"(address = "/b", args = "$bend - 8192")"), "MIDI pitch_bend 1 0") ==
          strings{"/b -8192"});
    CHECK(osc_of(as(R"(address = "/t", args = ["$pressure", "$note ?? -1"])"),
                 "MIDI channel_pressure 1 9") == strings{"/t 9 -1"});
    CHECK(osc_of(as(R"(address = "/t", args = ["$pressure", "$note"])"),
                 "MIDI poly_pressure 1 60 9") == strings{"/t 9 60"});
}

TEST_CASE("the port that MIDI came from stands in an address as an address can hold it") {
    route_case test(as(R"(address = "/$port/x", args = "$port")"), route_case::osc);
    const std::uint32_t port = test.flow.in.ports(0).add("Launch Pad #2/a", "Launch Pad", true);
    tactus_event event = tactus::flow::test::event_of(TACTUS_PROTO_MIDI, wire::hex("903C64"));
    const wire::bytes note = wire::hex("903C64");
    event.bytes = note.data();
    event.source = port;

    static_cast<void>(
        test.flow.in.emit(0, tactus::flow::test::batch_of({event}, tactus::flow::test::droppable)));
    test.flow.run();

    REQUIRE(test.flow.sink().records.size() == 1);
    CHECK(write_event(TACTUS_PROTO_OSC, test.flow.sink().records[0].bytes) ==
          R"(/Launch_Pad__2_a/x "Launch Pad #2/a")");
}

TEST_CASE("without args MIDI gives its numbers, the channel first") {
    CHECK(osc_of(as(R"(address = "/x")"), "MIDI note_on 3 60 100") == strings{"/x 3 60 100"});
    CHECK(osc_of(as(R"(address = "/x", args = ["a", "$@"])"), "MIDI clock") ==
          strings{R"(/x "a")"});
}

TEST_CASE("a field that a kind of MIDI does not have is missing") {
    route_case test(as(R"(address = "/n/$note")"), route_case::osc);

    CHECK(test.send("MIDI control_change 1 7 64").empty());
    CHECK(test.last_why == "address: the message has no $note");
    CHECK(test.flow.rejected_as(rejected::untranslatable) == 1);
}

TEST_CASE("MIDI has no address of its own that could stay") {
    route_case test(as(R"(args = "$1")"), route_case::osc);

    CHECK(test.send("MIDI clock").empty());
    CHECK(test.last_why == "address: the result is not an OSC address");
}

TEST_CASE("an address is rewritten and the arguments stay as they are") {
    const std::string routes =
        keys_route("address = \"/old/*/x?\"\nas = { address = \"/new/$*2/$*1\" }");

    CHECK(osc_of(routes, R"(/old/left/x7 1 0.5 "bd" true nil 5h 2.5d)") ==
          strings{R"(/new/7/left 1 0.5 "bd" true nil 5h 2.5d)"});
}

TEST_CASE("arguments are chosen, computed and added") {
    const std::string routes =
        as(R"x(args = ["$2", "$1 * 100", 1, 0.5, true, "text", "int($1 * 127)", "$3"])x");

    CHECK(osc_of(routes, R"(/a 0.5 7 "bd")") == strings{R"(/a 7 50.0 1 0.5 true "text" 64 "bd")"});
}

TEST_CASE("blobs, arrays and everything else go along as they came") {
    route_case test(as(R"(args = ["$@", "$1"])"), route_case::osc);
    const wire::bytes message = wire::raw("/a\0\0,b[i]\0\0") + wire::big_endian(4, 4) +
                                wire::hex("01020304") + wire::big_endian(7, 4);
    static_cast<void>(test.flow.emit_osc(message));
    test.flow.run();

    REQUIRE(test.flow.sink().records.size() == 1);
    CHECK(write_event(TACTUS_PROTO_OSC, test.flow.sink().records[0].bytes) ==
          "/a blob4 [ 7 ] blob4");
}

TEST_CASE("arguments are counted without the brackets of arrays") {
    route_case test(as(R"(args = "$2")"), route_case::osc);
    static_cast<void>(test.flow.emit_osc(wire::raw("/a\0\0,[ii]\0\0") + wire::big_endian(1, 4) +
                                         wire::big_endian(2, 4)));
    test.flow.run();

    REQUIRE(test.flow.sink().records.size() == 1);
    CHECK(write_event(TACTUS_PROTO_OSC, test.flow.sink().records[0].bytes) == "/a 2");
}

TEST_CASE("numbers keep their type where they can, and take the wider one where they meet") {
    const auto one = [](const std::string& expression, std::string_view event) {
        return osc_of(as("args = \"" + expression + "\""), event).at(0);
    };
    CHECK(one("$1 + 1", "/a 2") == "/a 3");
    CHECK(one("$1 + 1.5", "/a 2") == "/a 3.5");
    CHECK(one("$1 * 2", "/a 2h") == "/a 4h");
    CHECK(one("$1 * 2", "/a 0.25d") == "/a 0.5d");
    CHECK(one("$1 / 2", "/a 4") == "/a 2.0");
    CHECK(one("round($1)", "/a 2.5") == "/a 3");
    CHECK(one("float($1)", "/a 2") == "/a 2.0");
    CHECK(one("long($1)", "/a 2") == "/a 2h");
    CHECK(one("double($1)", "/a 2") == "/a 2.0d");
    CHECK(one("int($1)", "/a 2.4") == "/a 2");
    CHECK(one("$1 > 1", "/a 2") == "/a true");
    CHECK(one("$1 > 1 ? 'loud' : 'soft'", "/a 0") == "/a \"soft\"");
    CHECK(one("$1", "/a 9223372036854775807h") == "/a 9223372036854775807h");
}

TEST_CASE("a number that its type cannot hold is not sent") {
    route_case test(as(R"(args = "$1 * 2")"), route_case::osc);

    CHECK(test.send("/a 2000000000").empty());
    CHECK(test.last_why == "args: the number is out of range");
}

TEST_CASE("one argument may be scaled and clamped by keys") {
    const std::string routes =
        as(R"(address = "/f", args = "$value", scale = [0, 127, 0, 1], clamp = [0, 0.5])");

    CHECK(osc_of(routes, "MIDI control_change 1 7 0") == strings{"/f 0.0"});
    CHECK(osc_of(routes, "MIDI control_change 1 7 127") == strings{"/f 0.5"});
}

TEST_CASE("what a sender puts into an address makes no pattern of it") {
    route_case test(as(R"(address = "/s/$1")"), route_case::osc);

    CHECK(test.send(R"(/a "bd")") == strings{R"(/s/bd "bd")"});
    for (const char* const bad : {R"(/a "*")", R"(/a "{a,b}")", R"(/a "[a]")"}) {
        CHECK(test.send(bad).empty());
        CHECK(test.last_why == "address: the result is not an OSC address");
    }
    CHECK(test.send(R"(/a "a b")") == strings{R"(/s/a b "a b")"});
    CHECK(test.send("/a 0.5") == strings{"/s/0.5 0.5"});
    CHECK(test.send("/a 3.0") == strings{"/s/3 3.0"});
}

TEST_CASE("an address that becomes too long is not sent") {
    route_case test(as(R"(address = "/$1$1$1$1")"), route_case::osc);

    CHECK(test.send("/a \"" + std::string(300, 'x') + "\"").empty());
    CHECK(test.last_why == "address: the message becomes too large");
}

TEST_CASE("an expression in an address stands in braces") {
    CHECK(osc_of(as(R"(address = "/ch/${$channel - 1}/x")"), "MIDI note_on 3 60 100") ==
          strings{"/ch/2/x 3 60 100"});
}

TEST_CASE("OSC that is no MIDI is an unsupported type where an output takes only MIDI") {
    route_case test(as(R"(address = "/x")"), route_case::midi);

    CHECK(test.send("/a 60").empty());
    CHECK(test.flow.rejected_as(rejected::unsupported_type) == 1);
}
