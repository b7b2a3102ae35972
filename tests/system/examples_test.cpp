// SPDX-License-Identifier: MIT
// The examples in config/, as they stand but for their port numbers, each played by a page.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/web_client.hpp"

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
    const std::uint16_t port = free_udp_port();
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
    const std::uint16_t port = free_udp_port();
    std::string text = example("strudel-hardware.toml");
    text = replaced(text, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(port));
    text = replaced(text, "api = \"auto\"", "api = \"jack\"");
    daemon_process daemon(text);
    REQUIRE(eventually([&] { return daemon.metric("tactus_output_up{output=\"synth\"}") == 1; }));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));

    page.say(R"([{"message": [144, 60, 100], "offset": 800, "requestedport": "Through"}])");
    page.say(R"([{"message": [128, 60, 0], "offset": 900, "requestedport": "Midi Through:in"}])");
    page.say(R"({"address": "/synth/note_on", "args": [1, 62, 90]})");

    REQUIRE(instrument.wait_for(3));
    std::vector<std::vector<std::uint8_t>> seen;
    for (const jack_event& each : instrument.events()) {
        seen.push_back(each.bytes);
    }
    seen.resize(3);
    CHECK(seen ==
          std::vector<std::vector<std::uint8_t>>{{144, 62, 90}, {144, 60, 100}, {128, 60, 0}});
    CHECK(daemon.stop() == 0);
}
