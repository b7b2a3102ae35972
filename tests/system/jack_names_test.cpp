// SPDX-License-Identifier: MIT
// What JACK calls the ports of a daemon, and bursts from JACK to a real-time daemon.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_sender.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/udp_peer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <string>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* burst_received = "tactus_input_messages_received_total{input=\"keys\"}";

// An output to a device, a virtual one, another virtual one, and a virtual input.
std::string configuration(std::uint16_t out) {
    return fmt::format(R"(
[[output]]
name = "synth"
type = "midi"
api = "jack"
port = "device:in"
[[output]]
name = "virt"
type = "midi"
api = "jack"
virtual = "tactus virt"
[[output]]
name = "second"
type = "midi"
api = "jack"
virtual = "spare"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[input]]
name = "keys"
type = "midi"
api = "jack"
virtual = "keys"
[[route]]
from = "keys"
to = ["synth", "virt", "second", "projector"]
)",
                       out);
}

// Whole names of the daemon's own ports.
std::set<std::string> own_ports() {
    std::istringstream lines(run({TACTUS_JACK_CHILD, "list"}).out);
    std::set<std::string> own;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("tactus")) {
            own.insert(line);
        }
    }
    return own;
}

bool are_up(const daemon_process& daemon) {
    return eventually([&] {
        return daemon.metric("tactus_output_up{output=\"virt\"}") == 1 &&
               daemon.metric("tactus_output_up{output=\"second\"}") == 1 &&
               own_ports().contains("tactus-keys:keys");
    });
}

const std::set<std::string> virtual_ports = {"tactus:tactus virt", "tactus-second:spare",
                                             "tactus-keys:keys"};

} // namespace

TEST_CASE("virtual ports at JACK are called the same whatever is there, and whoever is first") {
    jack_server jack;
    const udp_peer projector;
    SECTION("without the device") {
        jack.start();
        daemon_process daemon(configuration(projector.port()));
        REQUIRE(are_up(daemon));
        CHECK(own_ports() == virtual_ports);
        CHECK(daemon.stop() == 0);
    }
    SECTION("with the device, the server comes last") {
        daemon_process daemon(configuration(projector.port()));
        jack.start();
        const jack_receiver device("device");
        REQUIRE(are_up(daemon));
        REQUIRE(
            eventually([&] { return daemon.metric("tactus_output_up{output=\"synth\"}") == 1; }));
        std::set<std::string> all = virtual_ports;
        all.insert("tactus-synth:synth");
        CHECK(own_ports() == all);
        CHECK(daemon.stop() == 0);
    }
    SECTION("after the server has died") {
        jack.start();
        daemon_process daemon(configuration(projector.port()));
        REQUIRE(are_up(daemon));
        jack.kill();
        REQUIRE(
            eventually([&] { return daemon.metric("tactus_output_up{output=\"virt\"}") == 0; }));
        jack.start();
        REQUIRE(are_up(daemon));
        CHECK(own_ports() == virtual_ports);
        CHECK(daemon.stop() == 0);
    }
}

// PipeWire gives one name to several clients, so there is no other name to tell of.
TEST_CASE("where another daemon has the names at JACK, the log says what JACK calls us",
          "[jackd]") {
    jack_server jack;
    jack.start();
    const udp_peer projector;
    daemon_process first(configuration(projector.port()));
    REQUIRE(are_up(first));

    daemon_process second(configuration(projector.port()));

    CHECK(eventually([&] {
        const std::string said = second.program().err();
        return said.find("JACK calls us \"tactus-01\"") != std::string::npos &&
               said.find("JACK calls us \"tactus-second-01\"") != std::string::npos &&
               said.find("JACK calls us \"tactus-keys-01\"") != std::string::npos;
    }));
    CHECK(first.program().err().find("JACK calls us") == std::string::npos);
    CHECK(second.stop() == 0);
    CHECK(first.stop() == 0);
}

// On a loaded machine JACK goes on without us now and then; that is counted, too.
TEST_CASE("a burst in one period reaches the output whole, or what is missing is counted") {
    constexpr int bursts = 10;
    constexpr int size = 128;
    jack_server jack;
    jack.start(jack_server::mode::goes_on);
    const udp_peer projector;
    daemon_process daemon(configuration(projector.port()));
    REQUIRE(are_up(daemon));
    jack_sender player("player", "tactus-keys:keys");
    REQUIRE(player.is_connected());

    for (int burst = 0; burst < bursts; ++burst) {
        player.send("[");
        for (int i = 0; i < size; ++i) {
            player.send({0xB0, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(burst)});
        }
        player.send("]");
        player.send("-");
    }
    const auto count = [&](const char* series) { return daemon.metric(series); };
    const auto overrun = [&] {
        return count("tactus_input_messages_rejected_total{input=\"keys\",reason=\"overrun\"}");
    };
    const auto missed = [&] {
        return count("tactus_plugin_midi_missed_periods_total{plugin=\"keys\"}");
    };

    CHECK(eventually([&] { return count(burst_received) == bursts * size || missed() > 0; }));
    CHECK(count(burst_received) <= bursts * size);
    CHECK(overrun() >= 0);
    CHECK(daemon.metric("tactus_messages_unaccounted") <= 0);
    CHECK(daemon.stop() == 0);
}
