// SPDX-License-Identifier: MIT
// The routes of config/tidal-midi.toml, with messages as Tidal sends them to SuperDirt: keys in the
// order of the alphabet, numbers as floats, cps, cycle, delta and _id_ in each. Source: Tidal,
// src/Sound/Tidal/Stream/Process.hs; what becomes of them: SuperDirt, classes/DirtEventTypes.sc.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <iterator>
#include <map>

using namespace tactus::test;
using strings = std::vector<std::string>;

namespace {

std::string routes_of_file() {
    std::ifstream file(TACTUS_CONFIG_DIR "/tidal-midi.toml");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::size_t begin = text.find("[[route]]");
    REQUIRE(begin != std::string::npos);
    return text.substr(begin, text.find("[safety]") - begin);
}

// What leaves at once and later. `rest`: the keys and values besides those in every message.
struct tidal {
    route_case test{routes_of_file()};
    std::map<std::string, std::string> more = {{"s", R"("midi")"}, {"delta", "0.25"}};

    strings play(std::map<std::string, std::string> keys) {
        keys.merge(std::map<std::string, std::string>(more));
        keys.merge(std::map<std::string, std::string>{
            {"_id_", R"("1")"}, {"cps", "0.5"}, {"cycle", "3.5"}, {"orbit", "0"}});
        std::string event = "/dirt/play";
        for (const auto& [key, value] : keys) {
            event += " \"" + key + "\" " + value;
        }
        return test.send(event);
    }
};

strings played(const std::map<std::string, std::string>& keys) {
    return tidal().play(keys);
}

} // namespace

TEST_CASE("Tidal: note and n count from middle C, midinote from 0") {
    CHECK(played({{"note", "0.0"}}) == strings{"MIDI note_on 1 60 50"});
    CHECK(played({{"note", "-12.0"}}) == strings{"MIDI note_on 1 48 50"});
    CHECK(played({{"n", "7.0"}}) == strings{"MIDI note_on 1 67 50"});
    CHECK(played({{"note", "4.0"}, {"n", "7.0"}}) == strings{"MIDI note_on 1 64 50"});
    CHECK(played({{"midinote", "64.0"}}) == strings{"MIDI note_on 1 64 50"});
    CHECK(played({{"midinote", "64.0"}, {"note", "1.0"}}) == strings{"MIDI note_on 1 64 50"});
    CHECK(played({{"note", "0.0"}, {"octave", "4"}}) == strings{"MIDI note_on 1 48 50"});
    CHECK(played({}) == strings{"MIDI note_on 1 60 50"}); // d1 $ s "midi*4"
    CHECK(played({{"note", "68.0"}}).empty());            // beyond 127
}

TEST_CASE("Tidal: midichan counts from 0, for every kind of message") {
    CHECK(played({{"note", "0.0"}, {"midichan", "9.0"}}) == strings{"MIDI note_on 10 60 50"});
    CHECK(played({{"note", "0.0"}, {"midichan", "15.0"}}) == strings{"MIDI note_on 16 60 50"});
    CHECK(played({{"note", "0.0"}, {"midichan", "16.0"}}).empty());
    CHECK(played({{"ccn", "7.0"}, {"ccv", "64.0"}, {"midichan", "2.0"}}) ==
          strings{"MIDI control_change 3 7 64"});
    CHECK(played({{"progNum", "5.0"}, {"midichan", "2.0"}}) == strings{"MIDI program_change 3 5"});
    CHECK(played({{"midibend", "8192.0"}, {"midichan", "2.0"}}) ==
          strings{"MIDI pitch_bend 3 8192"});
    CHECK(played({{"miditouch", "9.0"}, {"midichan", "2.0"}}) ==
          strings{"MIDI channel_pressure 3 9"});
    CHECK(played({{"polyTouch", "9.0"}, {"note", "4.0"}, {"midichan", "2.0"}}) ==
          strings{"MIDI poly_pressure 3 64 9"});
}

TEST_CASE("Tidal: loudness is velocity from 0 to 1, or gain to the fourth times amp") {
    CHECK(played({{"velocity", "1.0"}}) == strings{"MIDI note_on 1 60 127"});
    CHECK(played({{"velocity", "0.5"}}) == strings{"MIDI note_on 1 60 63"});
    CHECK(played({{"velocity", "2.0"}}) == strings{"MIDI note_on 1 60 127"});
    CHECK(played({{"velocity", "0.0"}}) == strings{"MIDI note_off 1 60 64"});
    CHECK(played({{"gain", "1.0"}}) == strings{"MIDI note_on 1 60 50"});
    CHECK(played({{"gain", "1.2"}}) == strings{"MIDI note_on 1 60 105"});
    CHECK(played({{"gain", "2.0"}}) == strings{"MIDI note_on 1 60 127"});
    CHECK(played({{"gain", "0.5"}}) == strings{"MIDI note_on 1 60 3"});
    CHECK(played({{"amp", "1.0"}}) == strings{"MIDI note_on 1 60 127"});
    CHECK(played({{"amp", "0.8"}, {"gain", "1.0"}}) == strings{"MIDI note_on 1 60 101"});
}

TEST_CASE("Tidal: a note lasts for its step, or for sustain, or for legato of its step") {
    const auto off_after = [](const std::map<std::string, std::string>& keys) {
        tidal one;
        static_cast<void>(one.play(keys));
        return one.test.wait(2000);
    };
    CHECK(off_after({}) == strings{"+249ms MIDI note_off 1 60 64"});
    CHECK(off_after({{"legato", "0.5"}}) == strings{"+124ms MIDI note_off 1 60 64"});
    CHECK(off_after({{"legato", "2.0"}}) == strings{"+499ms MIDI note_off 1 60 64"});
    CHECK(off_after({{"sustain", "1.0"}}) == strings{"+999ms MIDI note_off 1 60 64"});
    CHECK(off_after({{"sustain", "0.5"}, {"legato", "3.0"}}) ==
          strings{"+499ms MIDI note_off 1 60 64"});
    CHECK(off_after({{"sustain", "0.0"}}) == strings{"+1ms MIDI note_off 1 60 64"});
}

TEST_CASE("Tidal: a controller is ccn and ccv, or ctlNum and control with midicmd") {
    CHECK(played({{"ccn", "7.0"}, {"ccv", "64.0"}}) == strings{"MIDI control_change 1 7 64"});
    CHECK(played({{"ccn", "0.0"}, {"ccv", "0.0"}}) == strings{"MIDI control_change 1 0 0"});
    CHECK(played({{"ccn", "7.0"}, {"ccv", "200.0"}}) == strings{"MIDI control_change 1 7 127"});
    CHECK(played({{"ccv", "64.0"}}) == strings{"MIDI control_change 1 0 64"});
    CHECK(played({{"midicmd", R"("control")"}, {"ctlNum", "1.0"}, {"control", "50.0"}}) ==
          strings{"MIDI control_change 1 1 50"});
    CHECK(played({{"midicmd", R"("control")"}, {"ctlNum", "1.0"}, {"control", "0.0"}}) ==
          strings{"MIDI control_change 1 1 0"});
    CHECK(played({{"midicmd", R"("control")"}, {"ccn", "7.0"}, {"ccv", "1.0"}}) ==
          strings{"MIDI control_change 1 7 1"});
    // With a note beside it, it is a controller all the same.
    CHECK(played({{"ccn", "7.0"}, {"ccv", "64.0"}, {"note", "4.0"}}) ==
          strings{"MIDI control_change 1 7 64"});
    CHECK(played({{"ctlNum", "1.0"}, {"control", "50.0"}}) == strings{"MIDI note_on 1 60 50"});
}

TEST_CASE("Tidal: programs, bends and pressure are made, with midicmd and without") {
    CHECK(played({{"progNum", "5.0"}}) == strings{"MIDI program_change 1 5"});
    CHECK(played({{"midicmd", R"("program")"}, {"progNum", "0.0"}}) ==
          strings{"MIDI program_change 1 0"});
    CHECK(played({{"midicmd", R"("programChange")"}, {"progNum", "127.0"}}) ==
          strings{"MIDI program_change 1 127"});
    CHECK(played({{"midibend", "0.0"}}) == strings{"MIDI pitch_bend 1 0"});
    CHECK(played({{"midibend", "16383.0"}}) == strings{"MIDI pitch_bend 1 16383"});
    CHECK(played({{"midibend", "20000.0"}}) == strings{"MIDI pitch_bend 1 16383"});
    CHECK(played({{"midicmd", R"("bend")"}, {"val", "100.0"}}) == strings{"MIDI pitch_bend 1 100"});
    CHECK(played({{"midicmd", R"("touch")"}, {"val", "100.0"}}) ==
          strings{"MIDI channel_pressure 1 100"});
    CHECK(played({{"miditouch", "0.0"}}) == strings{"MIDI channel_pressure 1 0"});
    CHECK(played({{"polyTouch", "9.0"}, {"midinote", "40.0"}}) ==
          strings{"MIDI poly_pressure 1 40 9"});
}

TEST_CASE("Tidal: of several parameters without midicmd the last in SuperDirt's order counts") {
    std::map<std::string, std::string> keys{{"note", "1.0"}, {"ccn", "1.0"}, {"ccv", "2.0"}};
    CHECK(played(keys) == strings{"MIDI control_change 1 1 2"});
    keys["progNum"] = "3.0";
    CHECK(played(keys) == strings{"MIDI program_change 1 3"});
    keys["polyTouch"] = "4.0";
    CHECK(played(keys) == strings{"MIDI poly_pressure 1 61 4"});
    keys["midibend"] = "5.0";
    CHECK(played(keys) == strings{"MIDI pitch_bend 1 5"});
    keys["miditouch"] = "6.0";
    CHECK(played(keys) == strings{"MIDI channel_pressure 1 6"});
    keys["midicmd"] = R"("noteOn")";
    CHECK(played(keys) == strings{"MIDI note_on 1 61 50"});
    keys["midicmd"] = R"("control")";
    CHECK(played(keys) == strings{"MIDI control_change 1 1 2"});
}

TEST_CASE("Tidal: midicmd names notes, clock and silence") {
    CHECK(played({{"midicmd", R"("noteOn")"}, {"note", "0.0"}}) == strings{"MIDI note_on 1 60 50"});
    CHECK(played({{"midicmd", R"("midiClock")"}}) == strings{"MIDI clock"});
    CHECK(played({{"midicmd", R"("start")"}}) == strings{"MIDI start"});
    CHECK(played({{"midicmd", R"("continue")"}}) == strings{"MIDI continue"});
    CHECK(played({{"midicmd", R"("stop")"}}) == strings{"MIDI stop"});
    CHECK(played({{"midicmd", R"("allNotesOff")"}, {"midichan", "1.0"}}) ==
          strings{"MIDI control_change 2 123 0"});
    CHECK(played({{"midicmd", R"("smpte")"}}).empty());
}

TEST_CASE("Tidal: what is for another instrument makes no MIDI") {
    tidal one;
    one.more["s"] = R"("bd")";
    CHECK(one.play({{"n", "3.0"}}).empty());
    CHECK(one.play({{"ccn", "7.0"}, {"ccv", "64.0"}}).empty());
    CHECK(one.test.send("/dirt/handshake").empty());
}

TEST_CASE("Tidal: nudge is in the time tag already, and changes nothing else") {
    tidal one;
    CHECK(one.play({{"note", "0.0"}, {"nudge", "0.1"}}) == strings{"MIDI note_on 1 60 50"});
    CHECK(one.test.wait(300) == strings{"+249ms MIDI note_off 1 60 64"});
}
