// SPDX-License-Identifier: MIT
// What is played of a recording or a MIDI file, when, and where.
#include "kernel/cli/replay_plan.hpp"

#include "tests/support/catch.hpp"

#include <tactus/event.h>

#include <string>
#include <string_view>

using namespace tactus;
using namespace tactus::cli;
using Catch::Matchers::Contains;

namespace {

const std::string recorded =
    "{\"tactus_recording\":1,\"started\":1000.000000,\"daemon\":\"hall\"}\n"
    R"({"result":"received","at":1001.0,"due":1001.0,"input":"keys","midi":"90 3c 64"})"
    "\n"
    R"({"result":"sent","at":1002.6,"due":1002.5,"output":"organ","midi":"903C64"})"
    "\n"
    R"({"result":"sent","at":1001.1,"due":1001.0,"output":"synth","osc":"/a","args":[["i",7]]})"
    "\n"
    R"({"result":"dropped","reason":"too_late","at":1001.2,"output":"synth","midi":"80 3c 00"})"
    "\n{\"missed\":3}\n";

std::string wrong_of(std::string_view contents, const replay_target& to = {}) {
    const auto plan = plan_replay(contents, to);
    REQUIRE_FALSE(plan.has_value());
    return plan.error().text;
}

const std::string
    midi_file("MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\014\0\220\74\144\140\74\0\0\377\57"
              "\0\0",
              34);

} // namespace

TEST_CASE("what was sent goes to where it was sent, in order of the due times, from 0 on") {
    const auto plan = plan_replay(recorded, {});

    REQUIRE(plan.has_value());
    REQUIRE(plan->events.size() == 2);
    CHECK(plan->events[0].place == "synth");
    CHECK(plan->events[0].at_ns == 0);
    CHECK(plan->events[0].protocol == TACTUS_PROTO_OSC);
    CHECK(plan->events[1].place == "organ");
    CHECK(plan->events[1].at_ns == 1'500'000'000);
    CHECK_FALSE(plan->events[1].is_input);
    CHECK(plan->length_ns == 1'500'000'000);
    REQUIRE(plan->notes.size() == 1);
    CHECK_THAT(plan->notes[0], Contains("3 events are missing in the recording"));
}

TEST_CASE("as an input, what inputs received goes through that input, faster if wanted") {
    const auto plan = plan_replay(recorded, {"desk", "", 2});
    REQUIRE(plan.has_value());
    REQUIRE(plan->events.size() == 1);
    CHECK(plan->events[0].is_input);
    CHECK(plan->events[0].place == "desk");

    const auto twice = plan_replay(recorded, {"", "organ", 2});
    REQUIRE(twice.has_value());
    CHECK(twice->events[0].place == "organ");
    CHECK(twice->events[1].at_ns == 750'000'000);
}

TEST_CASE("a last line that was cut off is left out, any other is an error with its number") {
    const auto plan = plan_replay(recorded + "{\"result\":\"se", {});
    REQUIRE(plan.has_value());
    CHECK_THAT(plan->notes[0], Contains("The last line is cut off"));

    CHECK_THAT(wrong_of(recorded + "nonsense\n"), Contains("line 7: this is not a JSON object"));
    CHECK_THAT(wrong_of("{\"tactus_recording\":2,\"started\":1}\n"),
               Contains("line 1: this recording has the version 2"));
    CHECK_THAT(wrong_of("hello\n"), Contains("line 1: this is no recording"));
    CHECK_THAT(wrong_of("{\"tactus_recording\":1,\"started\":1}\n"),
               Contains("there is no event in it that was sent"));
    CHECK_THAT(wrong_of("{\"tactus_recording\":1,\"started\":1}\n"
                        R"({"result":"sent","osc":"/a","args":[["i",99999999999]]})"
                        "\n"),
               Contains("line 2: an argument of type i"));
}

TEST_CASE("a MIDI file must be told where to go, and then plays") {
    CHECK_THAT(wrong_of(midi_file), Contains("add --output NAME or --as-input NAME"));

    const auto plan = plan_replay(midi_file, {"", "synth", 0.5});

    REQUIRE(plan.has_value());
    REQUIRE(plan->events.size() == 2);
    CHECK(plan->events[0].place == "synth");
    CHECK(plan->events[1].at_ns == 1'000'000'000);
    CHECK(plan->length_ns == 1'000'000'000);
}

TEST_CASE("a MIDI file with fewer tracks than its header names says so, and plays") {
    std::string cut = midi_file;
    cut[9] = 1;  // the format
    cut[11] = 3; // tracks
    const auto plan = plan_replay(cut, {"", "synth", 1});

    REQUIRE(plan.has_value());
    CHECK(plan->events.size() == 2);
    CHECK(plan->notes == std::vector<std::string>{
                             "The file should have 3 tracks, but only 1 is there: it may be cut "
                             "off."});
}
