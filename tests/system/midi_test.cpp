// SPDX-License-Identifier: MIT
// MIDI in and out of the daemon at a real JACK server, and the examples in config/ that need it.
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_sender.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

using message = std::vector<std::uint8_t>;

constexpr const char* unaccounted = "tactus_deliveries_unaccounted";

bool is_up(const daemon_process& daemon, const std::string& output) {
    return eventually(
        [&] { return daemon.metric("tactus_output_up{output=\"" + output + "\"}") == 1; });
}

// MIDI in to OSC out, and what arrives there as OSC to MIDI out.
std::string there_and_back(std::uint16_t between) {
    return fmt::format(R"(
[[input]]
name = "keys"
type = "midi"
api = "jack"
virtual = "from-keys"
[[input]]
name = "far"
type = "osc"
listen = "udp://127.0.0.1:{0}"
[[output]]
name = "near"
type = "osc"
to = "udp://127.0.0.1:{0}"
[[output]]
name = "synth"
type = "midi"
api = "jack"
virtual = "to-synth"
[[route]]
from = "keys"
to = "near"
[[route]]
from = "far"
to = "synth"
)",
                       between);
}

// All kinds of channel messages, on channel 1, with the numbers at which programs go wrong:
// note-ons that mean off, the ends of all ranges, bends of one half only.
constexpr std::array channel_messages = {
    "90 3C 40", "90 3C 00", "90 00 01", "90 00 00", "90 7F 7F", "90 7F 00", "90 7F 00", // note-on
    "80 3C 40", "80 3C 00", "80 3C 7F", "80 00 00", "80 7F 7F", "80 7F 01",             // note-off
    "90 3C 7F", "A0 3C 00", "A0 3C 7F", "A0 00 01", "A0 7F 7F", "90 3C 00", // poly pressure
    "B0 00 00", "B0 00 7F", "B0 40 7F", "B0 40 00", "B0 78 00", "B0 7B 00", "B0 7F 7F",
    "C0 00",    "C0 01",    "C0 7F",    "D0 00",    "D0 01",    "D0 7F", // program, pressure
    "E0 00 00", "E0 01 00", "E0 7F 3F", "E0 00 40", "E0 01 40", "E0 7F 7F"};

std::vector<message> all_of_channel(std::uint8_t channel) {
    std::vector<message> all;
    for (const char* const each : channel_messages) {
        all.push_back(wire::hex(each));
        all.back()[0] = static_cast<std::uint8_t>(all.back()[0] | channel);
    }
    return all;
}

message sysex(std::size_t size) {
    message bytes(size, 0xF0);
    for (std::size_t i = 1; i + 1 < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>((i * 31) & 0x7F);
    }
    bytes.back() = 0xF7;
    return bytes;
}

// Each list is sent in a period of its own: each channel's messages, then a SysEx of 4 KiB and the
// system messages in the midst of notes.
std::vector<std::vector<message>> one_of_each_kind() {
    std::vector<std::vector<message>> all;
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
        all.push_back(all_of_channel(channel));
    }
    all.push_back({{0x90, 60, 0}, sysex(4096), {0x90, 60, 0}});
    all.push_back({{0xF1, 5}, {0xF2, 1, 2}, {0xF3, 9}, {0xF6}, {0x9F, 127, 0}});
    all.push_back({{0xF8}, {0xFA}, {0xFB}, {0xFC}, {0xFF}, {0x80, 60, 0}});
    return all;
}

std::vector<message> bytes_of(const std::vector<jack_event>& events) {
    std::vector<message> all;
    for (const jack_event& each : events) {
        all.push_back(each.bytes);
    }
    return all;
}

// An example as it stands, on JACK and with another port.
std::string example(const std::string& name, const std::string& port, std::uint16_t in_its_place) {
    std::ifstream file(std::string(TACTUS_CONFIG_DIR "/") + name);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (const auto& [what, by] : {std::pair{port, ":" + std::to_string(in_its_place)},
                                   std::pair{std::string("\"auto\""), std::string("\"jack\"")}}) {
        const std::size_t at = text.find(what);
        REQUIRE(at != std::string::npos);
        text.replace(at, what.size(), by);
    }
    return text;
}

// A message of a name and a float.
message lit(const std::string& address, float level) {
    message bytes(256);
    tactus::codec::osc_writer writer(bytes);
    bytes.resize(writer.begin_message(address, "f").float32(level).finish().value());
    return bytes;
}

// What Tidal says for one step, in a bundle that is due in 100 ms.
message dirt_play(const std::vector<std::pair<std::string, float>>& controls) {
    message bytes(1024);
    tactus::codec::osc_writer writer(bytes);
    std::string types = "ss";
    for (std::size_t i = 0; i < controls.size(); ++i) {
        types += "sf";
    }
    writer.begin_message("/dirt/play", types).text("s").text("midi");
    for (const auto& [name, value] : controls) {
        writer.text(name).float32(value);
    }
    bytes.resize(writer.finish().value());
    return wire::bundle(time_tag_in(100'000'000), {bytes});
}

} // namespace

TEST_CASE("MIDI that goes through OSC and back is the same, byte for byte and in order") {
    jack_server jack;
    jack.start();
    daemon_process daemon(there_and_back(free_udp_port()));
    REQUIRE(is_up(daemon, "synth"));
    REQUIRE(is_up(daemon, "near"));
    jack_receiver synth("synth", ":to-synth");
    REQUIRE(synth.is_connected());
    jack_sender keys("keys", ":from-keys");
    REQUIRE(keys.is_connected());
    std::vector<message> all;

    for (const std::vector<message>& period : one_of_each_kind()) {
        for (const message& each : period) {
            keys.send(each);
            all.push_back(each);
        }
        keys.send("-");
    }

    REQUIRE(synth.wait_for(all.size()));
    CHECK(eventually([&] { return without_repeats(bytes_of(synth.events()), all) == all; }));
    CHECK_FALSE(synth.has_lost());
    CHECK(daemon.metric("tactus_input_messages_received_total{input=\"keys\"}") ==
          static_cast<double>(all.size()));
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the clock of a pulse runs at the JACK port, and SIGTERM stops it") {
    jack_server jack;
    jack.start();
    daemon_process daemon(R"(
[[input]]
name = "beat"
type = "pulse"
tempo = 300
pattern = "x..."
midi_clock = true
[[output]]
name = "drums"
type = "midi"
api = "jack"
virtual = "drums"
[[route]]
from = "beat"
to = "drums"
)");
    jack_receiver drums("machine", ":drums");
    REQUIRE(drums.is_connected());
    REQUIRE(drums.wait_for(48));

    CHECK(daemon.stop() == 0);

    const auto is_stop = [](const jack_event& each) { return each.bytes == message{0xFC}; };
    CHECK(eventually([&] {
        const std::vector<jack_event> events = drums.events();
        return std::count_if(events.begin(), events.end(), is_stop) == 1;
    }));
}

TEST_CASE("config/controller-lighting.toml: faders and keys play lights") {
    jack_server jack;
    jack.start();
    const udp_peer lights;
    daemon_process daemon(example("controller-lighting.toml", ":7700", lights.port()));
    jack_sender controller("my-nanoKONTROL");
    REQUIRE(controller.is_connected());

    // B0 02 7F: fader 3 up | 90 24 40 ... 80 24 00: a key | B0 40 7F: none of the faders
    for (const char* each : {"B0 02 7F", "B0 40 7F", "90 24 7F", "80 24 00"}) {
        controller.send(each);
    }

    for (const message& expected :
         {lit("/fader/3", 1.0F), lit("/flash/36", 1.0F), lit("/flash/36", 0.0F)}) {
        const std::optional<arrival> came = lights.receive(20s);
        REQUIRE(came);
        CHECK(came->bytes == expected);
    }
    CHECK(daemon.stop() == 0);
}

TEST_CASE("config/tidal-midi.toml: Tidal plays an instrument, to the moment") {
    jack_server jack;
    jack.start();
    jack_receiver instrument("Midi Through");
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(example("tidal-midi.toml", ":57120", port));
    REQUIRE(is_up(daemon, "synth"));
    const udp_peer tidal;
    const std::int64_t begin_ns = monotonic_ns();

    tidal.send(dirt_play({{"cps", 0.5F}, {"delta", 0.25F}, {"midichan", 2}, {"note", 4}}), port);
    tidal.send(dirt_play({{"cps", 0.5F}, {"delta", 0.25F}, {"ccn", 7}, {"ccv", 64}}), port);

    REQUIRE(instrument.wait_for(3));
    const std::vector<jack_event> events = instrument.events();
    CHECK(bytes_of(events) == std::vector<message>{{0x92, 64, 50}, {0xB0, 7, 64}, {0x82, 64, 64}});
    // JACK's period may begin a little before what comes in it; a busy machine may be late.
    CHECK(events[0].at_ns - begin_ns >= 90'000'000);  // 100 ms ahead
    CHECK(events[2].at_ns - begin_ns >= 339'000'000); // and 250 ms, less one
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}
