// SPDX-License-Identifier: MIT
#include "kernel/cli/send_words.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using namespace tactus;
using namespace tactus::cli;
using Catch::Matchers::Contains;

namespace {

std::string members(const std::vector<std::string>& words, const send_times& when = {},
                    int channel = 1) {
    const result<send_request> made = read_send(words, channel, when);
    return made ? made->members : "error: " + made.error().text;
}

} // namespace

TEST_CASE("each kind of event becomes the bytes of one message") {
    CHECK(members({"note", "60"}) == R"("midi":"90 3c 64")");
    CHECK(members({"note", "60", "1"}, {}, 3) == R"("midi":"92 3c 01")");
    CHECK(members({"note_off", "60"}, {}, 16) == R"("midi":"8f 3c 40")");
    CHECK(members({"cc", "7", "100"}) == R"("midi":"b0 07 64")");
    CHECK(members({"program", "5"}) == R"("midi":"c0 05")");
    CHECK(members({"bend", "0"}) == R"("midi":"e0 00 40")");
    CHECK(members({"bend", "-8192"}) == R"("midi":"e0 00 00")");
    CHECK(members({"bend", "8191"}) == R"("midi":"e0 7f 7f")");
    CHECK(members({"pressure", "9"}) == R"("midi":"d0 09")");
    CHECK(members({"pressure", "60", "9"}) == R"("midi":"a0 3c 09")");
    CHECK(members({"raw", "f0", "7e", "f7"}) == R"("midi":"f0 7e f7 ")");
    CHECK(members({"osc", "/a/b", "1", "2.5", "text"}) == R"("osc":["/a/b",1,2.5,"text"])");
}

TEST_CASE("the times of an event are seconds") {
    CHECK(members({"cc", "7", "1"}, {"+250ms", ""}) == R"("midi":"b0 07 01","after":0.25)");
    CHECK(members({"cc", "7", "1"}, {"1700000000.5", ""}) ==
          R"("midi":"b0 07 01","at":1700000000.5)");
    CHECK(members({"note", "60"}, {"+2s", "500ms"}) == R"("midi":"90 3c 64","after":2,"for":0.5)");
    CHECK(read_send(std::vector<std::string>{"note", "60"}, 1, {"+2s", "500ms"})->waits_s == 2.5);
}

TEST_CASE("wrong words are refused with what was expected") {
    CHECK_THAT(members({}), Contains("expected an event: note NOTE [VELOCITY], note_off NOTE"));
    CHECK_THAT(members({"nota", "60"}),
               Contains("\"nota\" is not a kind of event") && Contains("did you mean \"note\"?"));
    CHECK_THAT(members({"note"}), Contains("expected note NOTE [VELOCITY]"));
    CHECK_THAT(members({"cc", "7"}), Contains("expected cc NUMBER VALUE"));
    CHECK_THAT(members({"note", "128"}),
               Contains("NOTE of note is \"128\"; expected a whole number from 0 to 127"));
    CHECK_THAT(members({"note", "60", "0"}), Contains("VELOCITY of note") && Contains("1 to 127"));
    CHECK_THAT(members({"bend", "8192"}), Contains("-8192 to 8191"));
    CHECK_THAT(members({"raw", "90"}), Contains("not one complete MIDI message"));
    CHECK_THAT(members({"note", "60"}, {}, 17), Contains("--channel is 17; expected 1 to 16"));
    CHECK_THAT(members({"note", "60"}, {"2s", ""}), Contains("--at is \"2s\"") && Contains("+2s"));
    CHECK_THAT(members({"note", "60"}, {"+-2s", ""}), Contains("--at is"));
    CHECK_THAT(members({"note", "60"}, {"", "0s"}),
               Contains("--for is \"0s\"") && Contains("above 0"));
    CHECK_THAT(members({"cc", "7", "1"}, {"", "1s"}), Contains("--for ends a note"));
}
