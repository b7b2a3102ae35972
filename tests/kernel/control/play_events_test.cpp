// SPDX-License-Identifier: MIT
// The events of "play": written by a client, read by the daemon; and what a client gets wrong.
#include "kernel/control/play_events.hpp"

#include "tests/support/catch.hpp"

#include <tactus/event.h>

using namespace tactus;
using namespace tactus::control;
using Catch::Matchers::Contains;

TEST_CASE("what is written reads back") {
    play_event note;
    note.at_ns = -5;
    note.place = "synth";
    note.protocol = TACTUS_PROTO_MIDI;
    note.bytes = {0x90, 60, 100};
    play_event osc;
    osc.place = "desk";
    osc.is_input = true;
    osc.protocol = TACTUS_PROTO_OSC;
    osc.bytes = {'/', 'a', 0, 0, ',', 0, 0, 0};
    std::string list = "[";
    append_play_event(list, note);
    append_play_event(list, osc);

    const auto read = read_play_events(list + "]");

    REQUIRE(read.has_value());
    REQUIRE(read->size() == 2);
    CHECK(read->at(0).at_ns == -5);
    CHECK(read->at(0).place == "synth");
    CHECK_FALSE(read->at(0).is_input);
    CHECK(read->at(0).bytes == note.bytes);
    CHECK(read->at(1).is_input);
    CHECK(read->at(1).protocol == TACTUS_PROTO_OSC);
    CHECK(read->at(1).bytes == osc.bytes);
    CHECK(read->at(1).wrong.empty());
}

TEST_CASE("an event that is wrong says so, and the others are read") {
    const auto read =
        read_play_events(R"([{"output":"a","midi":"fe"},{"at_ns":1,"midi":"fe"},)"
                         R"({"at_ns":1,"output":"a"},{"at_ns":1,"output":"a","midi":"9"},)"
                         R"({"at_ns":1,"output":"a","midi":"90 3c"},)"
                         R"({"at_ns":1,"output":"a","osc":"00"},)"
                         R"({"at_ns":1,"output":"a","midi":"fe"}])");

    REQUIRE(read.has_value());
    REQUIRE(read->size() == 7);
    CHECK_THAT(read->at(0).wrong, Contains("at_ns"));
    CHECK_THAT(read->at(1).wrong, Contains("neither an \"output\" nor an \"input\""));
    CHECK_THAT(read->at(2).wrong, Contains("neither \"midi\" nor \"osc\""));
    CHECK_THAT(read->at(3).wrong, Contains("pairs of hexadecimal digits"));
    CHECK_THAT(read->at(4).wrong, Contains("not one MIDI message"));
    CHECK_THAT(read->at(5).wrong, Contains("not one OSC message"));
    CHECK(read->at(6).wrong.empty());
    CHECK_FALSE(read_play_events("[1]").has_value());
    CHECK_FALSE(read_play_events("{}").has_value());
}

TEST_CASE("the result reads back") {
    play_result made;
    made.now_ns = 7;
    made.accepted = 2;
    made.refused = {{3, "output_down"}};

    const auto read = read_play_result(write_play_result(made));

    REQUIRE(read.has_value());
    CHECK(read->now_ns == 7);
    CHECK(read->accepted == 2);
    REQUIRE(read->refused.size() == 1);
    CHECK(read->refused[0].index == 3);
    CHECK(read->refused[0].why == "output_down");
    CHECK_FALSE(read_play_result("{}").has_value());
}
