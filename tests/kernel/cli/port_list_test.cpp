// SPDX-License-Identifier: MIT
#include "kernel/cli/port_list.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

namespace tactus::cli {
namespace {

ports_of_plugin midi() {
    ports_of_plugin made;
    made.id = "midi_out";
    made.type = "midi";
    made.kinds = "output";
    made.has_port_option = true;
    return made;
}

TEST_CASE("ports stand under their system, as a configuration names them") {
    ports_of_plugin of = midi();
    of.found = {{"ALSA", "Synth 1", ""},
                {"ALSA", "Say \"A\"", "{ client = \"Say\" }"},
                {"JACK", "x:yz", ""}};
    REQUIRE(to_text({of}) == "ALSA (midi_out), for an output of type \"midi\"\n"
                             "  port = \"Synth 1\"\n"
                             "  port = \"Say \\\"A\\\"\"\n"
                             "  port = { client = \"Say\" }  # permanent\n"
                             "JACK (midi_out), for an output of type \"midi\"\n"
                             "  port = \"x\"\n");
}

TEST_CASE("a port is shown by the shortest text that means it and no other now") {
    ports_of_plugin of = midi();
    of.found = {{"ALSA", "nanoKONTROL:nanoKONTROL MIDI 1 24:0", ""},
                {"ALSA", "UMC404HD:UMC404HD MIDI 1 28:0", ""},
                {"ALSA", "UMC404HD:UMC404HD MIDI 2 28:1", ""},
                {"ALSA", "twin:in 32:0", ""},
                {"ALSA", "twin:in 36:0", ""},
                {"JACK", "UMC404HD: out", ""}};
    REQUIRE(to_text({of}) == "ALSA (midi_out), for an output of type \"midi\"\n"
                             "  port = \"nanoKONTROL\"\n"
                             "  port = \"UMC404HD MIDI 1\"\n"
                             "  port = \"UMC404HD MIDI 2\"\n"
                             "  port = \"twin:in 32:0\"  # several ports match\n"
                             "  port = \"twin:in 36:0\"  # several ports match\n"
                             "JACK (midi_out), for an output of type \"midi\"\n"
                             "  port = \"out\"\n");
}

TEST_CASE("a port whose own name is empty is shown by its client's") {
    ports_of_plugin of = midi();
    of.found = {{"ALSA", "nameless: 20:0", ""}, {"ALSA", ":", ""}};
    REQUIRE(to_text({of}) == "ALSA (midi_out), for an output of type \"midi\"\n"
                             "  port = \"nameless\"\n"
                             "  port = \":\"\n");
}

TEST_CASE("a system that is not there says why") {
    ports_of_plugin of = midi();
    of.found = {{"ALSA", "", "there is no sequencer"}, {"JACK", "x:y", ""}};
    REQUIRE(to_text({of}) == "ALSA (midi_out): not available: there is no sequencer\n"
                             "JACK (midi_out), for an output of type \"midi\"\n"
                             "  port = \"x\"\n");
}

TEST_CASE("a system that has no port now is there, and what several plugins say is said once") {
    ports_of_plugin in = midi();
    in.id = "midi_in";
    in.found = {{"ALSA", "", "there is no sequencer"}, {"JACK", "", ""}};
    ports_of_plugin out = midi();
    out.found = {{"ALSA", "", "there is no sequencer"}, {"JACK", "x:y", ""}};
    CHECK(to_text({in, out}) == "ALSA (midi_in, midi_out): not available: there is no sequencer\n"
                                "JACK (midi_in): available, but it has no port now\n"
                                "JACK (midi_out), for an output of type \"midi\"\n"
                                "  port = \"x\"\n");
    CHECK(to_json({in}).ends_with(R"(,"empty":[{"plugin":"midi_in","system":"JACK"}]})"));
}

TEST_CASE("a plugin that could not answer is told of, the others too") {
    ports_of_plugin failed = midi();
    failed.failed = "The plugin hangs.";
    ports_of_plugin other = midi();
    other.found = {{"JACK", "x:y", ""}};
    REQUIRE(to_text({failed, other}).starts_with("The plugin hangs.\nJACK"));
}

TEST_CASE("without an option `port` the name alone is shown") {
    ports_of_plugin of = midi();
    of.has_port_option = false;
    of.found = {{"ALSA", "Synth 1", ""}};
    REQUIRE(to_text({of}).ends_with("\n  \"Synth 1\"\n"));
}

TEST_CASE("a device's name cannot speak to the terminal") {
    ports_of_plugin of = midi();
    of.found = {{"AL\x1b[2JSA", "a\x1b[2J\n", "b\x1b"},
                {"JACK", "", "c\x1b\n"},
                {"JACK", "d\x7f\xc2\x9b\xe2\x80\xae", ""}};
    of.failed = "e\x1b\n";
    const std::string text = to_text({of});
    REQUIRE(text.find('\x1b') == std::string::npos);
    REQUIRE(text.find('\x7f') == std::string::npos);
    REQUIRE(text.find("\xc2\x9b") == std::string::npos);
    REQUIRE(text.find("\xe2\x80\xae") == std::string::npos);
    REQUIRE(text.find("\"d\\u007f\\u009b\\u202e\"") != std::string::npos);
    REQUIRE(std::count(text.begin(), text.end(), '\n') == 7);
}

TEST_CASE("for programs, ports and what is missing are two lists") {
    REQUIRE(to_json({}) == R"({"ports":[],"missing":[]})");
    ports_of_plugin of = midi();
    of.found = {{"ALSA", "", "no \"seq\""}, {"JACK", "x:y", "{ client = \"x\" }"}};
    ports_of_plugin failed = midi();
    failed.failed = "It hangs.";
    REQUIRE(to_json({of, failed}) ==
            R"({"ports":[{"plugin":"midi_out","type":"midi","system":"JACK","name":"x:y",)"
            R"("shortest":"x","lasting":"{ client = \"x\" }"}],)"
            R"("missing":[{"plugin":"midi_out","system":"ALSA","reason":"no \"seq\""},)"
            R"({"plugin":"midi_out","system":"","reason":"It hangs."}]})");
}

} // namespace
} // namespace tactus::cli
