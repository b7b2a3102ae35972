// SPDX-License-Identifier: MIT
// Which ports a configuration means. The sockets are looked at in tests/system/health_test.cpp.
#include "kernel/daemon/environment_check.hpp"

#include "tests/support/catch.hpp"

using tactus::daemon::discovered_port;
using tactus::daemon::find_meant;

namespace {

using names = std::vector<std::string>;

const std::vector<discovered_port> ports = {{"ALSA", "IAC Driver:Bus 1", ""},
                                            {"ALSA", "IAC Driver:Bus 2", ""},
                                            {"ALSA", "nano:nano MIDI 1 20:0", ""},
                                            {"JACK", "nano:in", ""},
                                            {"JACK", "", "its server does not run"}};

} // namespace

TEST_CASE("a port is there where its name fits, by the rule that the plugins have") {
    for (const char* const wanted :
         {"bus 1", "Bus 2", "MIDI 1", "nano:nano MIDI 1", "nano:*", "*2"}) {
        CAPTURE(wanted);
        CHECK(find_meant(ports, wanted, false).is_clear);
    }
}

TEST_CASE("what fits no port is not there, and what is almost called so is named") {
    for (const char* const wanted : {"bus*", "Bus 12", "Bus 3", "*:out*"}) {
        CAPTURE(wanted);
        CHECK_FALSE(find_meant(ports, wanted, true).is_clear);
        CHECK(find_meant(ports, wanted, true).rivals.empty());
    }
    CHECK(find_meant(ports, "nona MIDI", false).nearest == "nano:nano MIDI 1");
}

TEST_CASE("several are rivals, but for a pattern of what takes them all") {
    CHECK(find_meant(ports, "bus", true).rivals == names{"IAC Driver:Bus 1", "IAC Driver:Bus 2"});
    CHECK_FALSE(find_meant(ports, "bus", true).is_clear);
    CHECK_FALSE(find_meant(ports, "*Bus*", false).is_clear);
    CHECK(find_meant(ports, "*Bus*", true).is_clear);
}

TEST_CASE("a port of each system is no rival of the other") {
    CHECK(find_meant(ports, "nano", false).is_clear);
}

TEST_CASE("who looks for nothing cannot say what is not there") {
    CHECK(find_meant({}, "synth", false).is_clear);
    const std::vector<discovered_port> none = {{"ALSA", "", "it has no ports"}};
    CHECK_FALSE(find_meant(none, "synth", false).is_clear);
}
