// SPDX-License-Identifier: MIT
#include "plugins/midi/port_match.hpp"

#include "tests/support/catch.hpp"

using namespace midi;
using found = std::vector<std::size_t>;

namespace {

const std::vector<std::string> alsa = {"Midi Through:Midi Through Port-0 14:0",
                                       "nanoKONTROL:nanoKONTROL MIDI 1 24:0",
                                       "nanoKONTROL:nanoKONTROL MIDI 2 24:1", "synth 28:0"};
const std::vector<std::string> jack = {"system:midi_playback_1", "system:midi_playback_10",
                                       "a2j:synth", "synth:in"};

} // namespace

TEST_CASE("the numbers of an ALSA name are taken off") {
    CHECK(without_numbers("Midi Through:Midi Through Port-0 14:0") ==
          "Midi Through:Midi Through Port-0");
    CHECK(without_numbers("synth 128:12") == "synth");
}

TEST_CASE("the key of a port is its name, shortened and told apart where that is too long") {
    const std::string longest = "synth:" + std::string(313, 'p');

    CHECK(port_key("synth 128:12") == "synth");
    CHECK(port_key(std::string(250, 'p')) == std::string(250, 'p'));
    CHECK(port_key(std::string(251, 'p')).starts_with(std::string(235, 'p') + " ~"));
    CHECK(port_key(longest).size() <= 251); // and " #64"
    CHECK(port_key(longest) == port_key(longest));
    CHECK(port_key(longest) != port_key(longest + "q"));
    CHECK(port_key(std::string(234, 'p') + "\u00e9" + longest)
              .starts_with(std::string(234, 'p') + " ~"));
}

TEST_CASE("what only looks like ALSA's numbers stays") {
    CHECK(without_numbers("synth:in") == "synth:in");
    CHECK(without_numbers("synth 128:") == "synth 128:");
    CHECK(without_numbers("synth :0") == "synth :0");
    CHECK(without_numbers("synth128:0") == "synth128:0");
    CHECK(without_numbers(" 128:0") == " 128:0");
    CHECK(without_numbers("12:0") == "12:0");
    CHECK(without_numbers(":0") == ":0");
    CHECK(without_numbers("0").size() == 1);
    CHECK(without_numbers("").empty());
}

TEST_CASE("a star stands for any text, also for none") {
    CHECK(matches_pattern("*", ""));
    CHECK(matches_pattern("*", "anything"));
    CHECK(matches_pattern("a*", "a"));
    CHECK(matches_pattern("*b", "aab"));
    CHECK(matches_pattern("a*b*c", "a-b-b-c"));
    CHECK(matches_pattern("**a**", "xax"));
}

TEST_CASE("a pattern is matched against the whole name, and case matters") {
    CHECK_FALSE(matches_pattern("synth*", "my synth"));
    CHECK_FALSE(matches_pattern("*synth", "synth:in"));
    CHECK_FALSE(matches_pattern("SYNTH*", "synth"));
    CHECK_FALSE(matches_pattern("a*b*c", "a-c-b"));
    CHECK_FALSE(matches_pattern("", "a"));
    CHECK(matches_pattern("", ""));
}

TEST_CASE("only the star is special in a pattern") {
    CHECK(matches_pattern("a?[b].*", "a?[b].c"));
    CHECK_FALSE(matches_pattern("a?", "ab"));
}

TEST_CASE("a hostile pattern is matched in quadratic time at most") {
    std::string pattern;
    for (int i = 0; i < 1000; ++i) {
        pattern += "*a";
    }
    // Exponential backtracking would not come back within the test's time.
    CHECK_FALSE(matches_pattern(pattern + "b", std::string(4000, 'a')));
}

TEST_CASE("a name without a star is the port of exactly that name, though others contain it") {
    CHECK(find_ports(jack, "system:midi_playback_1") == found{0});
}

TEST_CASE("an ALSA port is found by its name without the numbers") {
    CHECK(find_ports(alsa, "nanoKONTROL:nanoKONTROL MIDI 2") == found{2});
    CHECK(find_ports(alsa, "synth") == found{3});
}

TEST_CASE("else a name is the only port that contains it") {
    CHECK(find_ports(alsa, "Through") == found{0});
    CHECK(find_ports(alsa, "MIDI 2") == found{2});
}

TEST_CASE("a name that several ports contain gives all of them") {
    CHECK(find_ports(alsa, "nano") == found{1, 2});
    CHECK(find_ports(jack, "synth:") == found{3});
    CHECK(find_ports(jack, "YNTH") == found{2, 3});
}

TEST_CASE("a port that is called just so wins over those that contain it") {
    const std::vector<std::string> loops = {"loop2:loopMidi Port 10", "loop3:my loopMidi Port 1 in",
                                            "loop:loopMidi Port 1"};

    CHECK(find_ports(jack, "synth") == found{2});
    CHECK(find_ports(loops, "loopMidi Port 1") == found{2});
    CHECK(find_ports(loops, "LOOPMIDI PORT 1") == found{2});
    CHECK(find_ports(std::span(loops).first(2), "loopMidi Port 1") == found{1});
    CHECK(find_ports(std::span(loops).first(1), "loopMidi Port 1").empty());
    CHECK(find_ports(std::vector<std::string>{"a2j:nano [20] (capture): nano MIDI 1"},
                     "nano MIDI 1") == found{0});
}

TEST_CASE("a number at a name's end or begin is no part of another number") {
    const std::vector<std::string> names = {"Bus 12 out", "Bus 1.5 out", "Bus 112:0", "x11 in"};

    CHECK(find_ports(names, "Bus 1").empty());
    CHECK(find_ports(names, "1 in").empty());
    CHECK(find_ports(names, "2 out").empty());
    CHECK(find_ports(names, "Bus 12") == found{0});
    CHECK(find_ports(names, "11 in") == found{3});
    CHECK(find_ports(alsa, "MIDI 1 2").empty()); // of the numbers 24:0
}

TEST_CASE("case counts only where a name of just that case exists") {
    const std::vector<std::string> names = {"Synth:IN", "synth:in", "Gerät:Öl"};

    CHECK(find_ports(names, "synth:in") == found{1});
    CHECK(find_ports(names, "Synth:IN") == found{0});
    CHECK(find_ports(names, "SYNTH:IN") == found{0, 1});
    CHECK(find_ports(names, "in") == found{1});
    CHECK(find_ports(names, "GERÄT:ÖL") == found{2});
    CHECK(find_ports(names, "synth:*") == found{1});
    CHECK(find_ports(names, "SYNTH:*") == found{0, 1});
    CHECK(find_all(names, "synth:*") == found{0, 1});
}

TEST_CASE("a name that is almost right is named") {
    CHECK(did_you_mean(alsa, "nanoKONTRL") == " Did you mean \"nanoKONTROL:nanoKONTROL MIDI 1\"?");
    CHECK(did_you_mean(alsa, "nanoKNTROL*") == " Did you mean \"nanoKONTROL:nanoKONTROL MIDI 1\"?");
    CHECK(did_you_mean(jack, "system:midi_playback_2").empty()); // another number
    CHECK(did_you_mean(jack, "piano").empty());
    CHECK(did_you_mean({}, "piano").empty());
}

TEST_CASE("two devices of one name are both found: it is not for us to choose") {
    const std::vector<std::string> twins = {"box:MIDI 20:0", "box:MIDI 24:0"};

    CHECK(find_ports(twins, "box:MIDI") == found{0, 1});
    CHECK(find_ports(twins, "box:MIDI 24:0") == found{1});
}

TEST_CASE("a pattern may give none, one or several") {
    CHECK(find_ports(jack, "*:in") == found{3});
    CHECK(find_ports(jack, "system:*") == found{0, 1});
    CHECK(find_ports(jack, "Synth*") == found{3});
    CHECK(find_ports(alsa, "*MIDI 1") == found{1});
    CHECK(find_ports(alsa, "* 24:1") == found{2});
}

TEST_CASE("an empty name means no port, and no ports match nothing") {
    CHECK(find_ports(jack, "").empty());
    CHECK(find_ports({}, "*").empty());
}
