// SPDX-License-Identifier: MIT
// Events in the JSON of the control socket, and back.
#include "kernel/control/event_json.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <tactus/event.h>

using namespace tactus;
using namespace tactus::control;
using Catch::Matchers::Contains;
using wire::operator+;

namespace {

std::string again(std::string_view json) {
    const result<event_bytes> read = read_event(json);
    REQUIRE(read.has_value());
    return event_json(read->protocol, read->bytes);
}

std::string refused(const result<event_bytes>& read) {
    REQUIRE_FALSE(read.has_value());
    return read.error().text;
}

} // namespace

TEST_CASE("an event is read as the bytes that it stands for") {
    const auto midi = read_midi("90 3C,64");
    REQUIRE(midi.has_value());
    CHECK(midi->protocol == TACTUS_PROTO_MIDI);
    CHECK(midi->bytes == wire::hex("90 3c 64"));
    CHECK(read_midi("903c64")->bytes == wire::hex("90 3c 64"));
    CHECK(read_midi("f0 7e 01 f7")->bytes == wire::hex("f0 7e 01 f7"));

    const auto osc = read_osc(R"(["/a/b", 1, 2.5, "text", true, null])");
    REQUIRE(osc.has_value());
    CHECK(osc->protocol == TACTUS_PROTO_OSC);
    CHECK(osc->bytes == wire::raw("/a/b\0\0\0") + wire::raw(",ifsTN\0") + wire::big_endian(1, 4) +
                            wire::big_endian(0x40200000, 4) + wire::raw("text\0\0\0"));
}

TEST_CASE("each type of an argument is written as it was read") {
    for (const char* const list :
         {R"(["/a"])", R"(["/a",1,-1,2.5,-0.001,1e-12,"x","",true,false,null])",
          R"(["/a",3.0,{"h":5},{"h":-9223372036854775808},{"d":0.1},{"d":1e300},{"S":"sym"}])",
          R"(["/a",{"b":"00 ff"},{"b":""},{"c":"00 00 00 41"},{"r":"01 02 03 04"}])",
          R"(["/a",{"m":"00 90 3c 64"},{"t":"00 00 00 00 00 00 00 01"},{"I":null}])",
          R"(["/a",[1,[2.5,"x"],[]],3])", R"(["/lumi\u00e8re \"x\"","\\"])",
          R"(["/a",{"f":"7f 80 00 00"},{"d":"ff f0 00 00 00 00 00 00"}])"}) {
        CAPTURE(list);
        const std::string once = again("{\"osc\":" + std::string(list) + "}");
        CHECK(again(once) == once);
    }
    CHECK(again(R"({"osc":["/a",3.0,{"h":5},{"d":0.1}]})") ==
          R"({"osc":["/a",3.0,{"h":5},{"d":0.1}]})");
    CHECK(again(R"({"osc":["/a",{"i":3},{"f":3},{"s":"x"},5000000000]})") ==
          R"({"osc":["/a",3,3.0,"x",{"h":5000000000}]})");
    CHECK(again(R"({"midi":"90 3C 64"})") == R"({"midi":"90 3c 64"})");
}

TEST_CASE("what is no event is refused, and the text says what was expected") {
    CHECK_THAT(refused(read_midi("")), Contains("in hexadecimal, as in \"90 3c 64\""));
    CHECK_THAT(refused(read_midi("9x 3c")), Contains("in hexadecimal"));
    CHECK_THAT(refused(read_midi("90 3")), Contains("in hexadecimal"));
    CHECK_THAT(refused(read_midi("90 3c")), Contains("\"90 3c\" is not one complete MIDI message"));
    CHECK_THAT(refused(read_midi("90 3c 64 90 3c 00")), Contains("not one complete MIDI message"));
    CHECK_THAT(refused(read_osc("[]")), Contains("must begin with an address"));
    CHECK_THAT(refused(read_osc("[1]")), Contains("must begin with an address"));
    CHECK_THAT(refused(read_osc("\"/a\"")), Contains("must be a list"));
    CHECK_THAT(refused(read_osc(R"(["a"])")), Contains("begins with \"/\""));
    CHECK_THAT(refused(read_osc(R"(["/a\u0000b"])")), Contains("no control characters"));
    CHECK_THAT(refused(read_osc(R"(["/a",{"f":1,"i":2}])")), Contains("one member"));
    CHECK_THAT(refused(read_osc(R"(["/a",{"q":1}])")), Contains("the type \"q\""));
    CHECK_THAT(refused(read_osc(R"(["/a",{"i":5000000000}])")), Contains("too large for i"));
    CHECK_THAT(refused(read_osc(R"(["/a",1e300])")), Contains("too large for f"));
    CHECK_THAT(refused(read_osc(R"(["/a","x\u0000y"])")), Contains("NUL"));
    CHECK_THAT(refused(read_osc(R"(["/a",{"m":"00"}])")), Contains("the type \"m\""));
    CHECK_THAT(refused(read_osc(R"(["/a",18446744073709551615])")), Contains("64 bits"));
    CHECK_THAT(refused(read_osc("[\"/a\"," + std::string(9, '[') + std::string(9, ']') + "]")),
               Contains("more than 8 deep"));
    CHECK_THAT(refused(read_osc("[\"/a\",\"" + std::string(70'000, 'x') + "\"]")),
               Contains("more than 65536 bytes"));
    CHECK_THAT(refused(read_event(std::string_view("{}"))), Contains("\"midi\""));
    CHECK_THAT(refused(read_event(params())), Contains("either \"midi\""));
}
