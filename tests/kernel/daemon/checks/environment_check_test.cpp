// SPDX-License-Identifier: MIT
// Which ports a configuration means, and which addresses are to be had. More of the sockets:
// tests/system/health_test.cpp.
#include "kernel/daemon/checks/environment_check.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/udp_peer.hpp"

using tactus::daemon::discovered_port;
using tactus::daemon::find_meant;
using tactus::daemon::find_obstacle;
using tactus::daemon::obstacle;

namespace {

using names = std::vector<std::string>;

const std::vector<discovered_port> ports = {{"ALSA", "IAC Driver:Bus 1", ""},
                                            {"ALSA", "IAC Driver:Bus 2", ""},
                                            {"ALSA", "nano:nano MIDI 1 20:0", ""},
                                            {"JACK", "nano:in", ""},
                                            {"JACK", "", "its server does not run"}};

} // namespace

TEST_CASE("[::] is taken where somebody has the port by IPv4, an IPv6 address is not") {
    const tactus::test::udp_peer other;

    CHECK(find_obstacle({"udp", "::", "", other.port()}).is_taken);
    CHECK(find_obstacle({"udp", "127.0.0.1", "", other.port()}).is_taken);
    CHECK(find_obstacle({"udp", "::1", "", other.port()}).why.empty());
    CHECK(find_obstacle({"udp", "::1%lo", "", other.port()}).why.empty());
}

TEST_CASE("an interface that is not there is named; it may come") {
    const std::string host = GENERATE("fe80::1%nosuch0", "ff02::1%nosuch0");
    const std::uint16_t port = GENERATE(std::uint16_t{0}, std::uint16_t{9});

    const obstacle found = find_obstacle({"udp", host, "", port});

    CHECK(found.why ==
          "is on a network interface that does not exist now: \"nosuch0\" (\"ip link\" "
          "lists them)");
    CHECK_FALSE(found.is_final);
    CHECK(find_obstacle({"udp", "ff02::1%lo", "", 9}).why.empty());
}

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
