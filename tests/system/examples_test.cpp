// SPDX-License-Identifier: MIT
// The examples in config/, as they stand but for their port numbers, each played as it is meant.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/support/web_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

std::string example(const std::string& name) {
    std::ifstream file(std::string(TACTUS_CONFIG_DIR "/") + name);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    REQUIRE_FALSE(text.empty());
    return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    REQUIRE(text.find(what, at + 1) == std::string::npos);
    return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("config/strudel-superdirt.toml: a page of strudel.cc plays SuperDirt") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    std::string text = example("strudel-superdirt.toml");
    text = replaced(text, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(port));
    text = replaced(text, "127.0.0.1:57120", "127.0.0.1:" + std::to_string(superdirt.port()));
    daemon_process daemon(text);
    const web_client page(port);
    REQUIRE(page.shake_hands("https://strudel.cc").starts_with("HTTP/1.1 101 "));

    page.say(R"({"address": "/dirt/play", "args": ["s", "bd", "n", 0], "timestamp": 1000})");

    const std::optional<arrival> came = superdirt.receive(20s);
    REQUIRE(came);
    const std::string datagram(came->bytes.begin(), came->bytes.end());
    CHECK(datagram.starts_with("#bundle"));
    CHECK(datagram.substr(20) ==
          std::string("/dirt/play\0\0,sssf\0\0\0s\0\0\0bd\0\0n\0\0\0\0\0\0\0", 36));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("config/strudel-hardware.toml: a page plays an instrument") {
    jack_server jack;
    jack.start();
    jack_receiver instrument("Midi Through");
    const std::uint16_t port = free_tcp_port();
    std::string text = example("strudel-hardware.toml");
    text = replaced(text, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(port));
    text = replaced(text, "api = \"auto\"", "api = \"jack\"");
    daemon_process daemon(text);
    REQUIRE(eventually([&] { return daemon.metric("tactus_output_up{output=\"synth\"}") == 1; }));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));

    const std::int64_t said_ns = monotonic_ns();
    page.say(R"([{"message": [144, 60, 100], "offset": 800, "requestedport": "Through"}])");
    page.say(R"([{"message": [128, 60, 0], "offset": 900, "requestedport": "Midi Through:in"}])");
    page.say(R"({"address": "/synth/note_on", "args": [1, 62, 90]})");

    REQUIRE(instrument.wait_for(3));
    const std::vector<jack_event> events = instrument.events();
    std::vector<std::vector<std::uint8_t>> seen;
    for (const jack_event& each : events) {
        seen.push_back(each.bytes);
    }
    seen.resize(3);
    CHECK(seen ==
          std::vector<std::vector<std::uint8_t>>{{144, 62, 90}, {144, 60, 100}, {128, 60, 0}});
    CHECK(events[1].at_ns - said_ns >= 800'000'000 - frame_tolerance_ns);
    CHECK(events[2].at_ns - said_ns >= 900'000'000 - frame_tolerance_ns);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("config/museum.toml: a room starts without its organ, and plays it when it comes") {
    jack_server jack;
    jack.start();
    const udp_peer projector;
    const udp_peer desk;
    const temp_dir folder;
    const std::uint16_t port = free_tcp_port();
    const std::string path = folder.path("events");
    std::string text = example("museum.toml");
    text = replaced(text, "unix:///run/tactus/gallery-3", "unix://" + path);
    text = replaced(text, "127.0.0.1:7000", "127.0.0.1:" + std::to_string(port));
    text = replaced(text, "127.0.0.1:8000", "127.0.0.1:" + std::to_string(projector.port()));
    text = replaced(text, "[metrics]\nlisten = \"127.0.0.1:9464\"\n", "");
    text = replaced(text, "port = \"USB", "api = \"jack\"\nport = \"USB");
    daemon_process daemon(text);
    const unix_client sensor(path);

    sensor.write("{\"to\": \"projector\", \"osc\": \"/video/cue\", \"args\": [3]}\n");
    const std::optional<arrival> cue = projector.receive(20s);
    REQUIRE(cue);
    CHECK(cue->bytes == osc("/video/cue", {3}));
    CHECK(daemon.metric("tactus_output_up{output=\"organ\"}") == 0);

    jack_receiver organ("USB MIDI Interface");
    REQUIRE(eventually([&] { return daemon.metric("tactus_output_up{output=\"organ\"}") == 1; }));
    sensor.write("{\"to\": \"organ\", \"note\": 60, \"velocity\": 90, \"for\": \"10ms\"}\n");
    REQUIRE(organ.wait_for(2));
    desk.send(osc("/organ", {62, 1}), port);
    using messages = std::vector<std::vector<std::uint8_t>>;
    messages seen;
    const bool has_come = eventually([&] {
        seen.clear();
        for (const jack_event& each : organ.events()) {
            seen.push_back(each.bytes);
        }
        return !seen.empty() && seen.back() == messages::value_type{0x90, 62, 127};
    });
    CHECK(has_come);
    // Where JACK has reported an xrun, ends are sent twice.
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    CHECK(seen == messages{{0x90, 60, 90}, {0x80, 60, 64}, {0x90, 62, 127}});

    CHECK(daemon.stop() == 0);
    REQUIRE(organ.wait_for(4)); // the desk's note, ended two seconds early
}
