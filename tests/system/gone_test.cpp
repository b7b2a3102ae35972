// SPDX-License-Identifier: MIT
// A keyboard is unplugged, a page is closed, a peer resets its connection, with notes on: they end,
// and what others hold goes on. A script that leaves is played to its end.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_sender.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/web_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

using namespace tactus::test;

namespace {

using message = std::vector<std::uint8_t>;

constexpr const char* synth = R"(
[[output]]
name = "synth"
type = "midi"
api = "jack"
virtual = "to-synth"
)";

std::string keyboard(const std::string& name) {
    return fmt::format(R"(
[[input]]
name = "{0}"
type = "midi"
api = "jack"
port = "{0}:out"
[[route]]
from = "{0}"
to = "synth"
)",
                       name);
}

std::string network(std::uint16_t osc_port, std::uint16_t page_port) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "tcp://127.0.0.1:{}"
[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{}"
[[route]]
from = ["desk", "page"]
to = "synth"
)",
                       osc_port, page_port);
}

bool has_heard(const jack_receiver& of, const message& wanted) {
    const std::vector<jack_event> events = of.events();
    return std::any_of(events.begin(), events.end(),
                       [&](const jack_event& each) { return each.bytes == wanted; });
}

bool hears(const jack_receiver& of, const message& wanted) {
    return eventually([&] { return has_heard(of, wanted); });
}

// Notes on at the output, by its own account.
bool sounds(const daemon_process& daemon, double notes) {
    return eventually(
        [&] { return daemon.metric("tactus_output_notes_sounding{output=\"synth\"}") == notes; });
}

std::string sized(const message& packet) {
    std::string bytes{0, 0, 0, static_cast<char>(packet.size())};
    return bytes.append(packet.begin(), packet.end());
}

} // namespace

TEST_CASE("a keyboard that goes with keys held leaves nothing on but what another one holds") {
    jack_server jack;
    jack.start();
    auto left = std::make_unique<jack_sender>("left");
    jack_sender right("right");
    daemon_process daemon(synth + keyboard("left") + keyboard("right"));
    jack_receiver ear("ear", ":to-synth");
    REQUIRE(ear.is_connected());
    REQUIRE(left->is_connected());
    REQUIRE(right.is_connected());
    left->send("90 3C 64");
    left->send("90 3D 64");
    left->send("B0 40 7F");
    right.send("90 3D 65");
    right.send("90 3E 65");
    REQUIRE(ear.wait_for(5));
    REQUIRE(sounds(daemon, 3));

    left.reset();

    CHECK(hears(ear, {0x80, 0x3C, 0x40}));
    CHECK(hears(ear, {0xB0, 0x40, 0x00}));
    CHECK(sounds(daemon, 2));
    CHECK_FALSE(has_heard(ear, {0x80, 0x3D, 0x40}));
    CHECK_FALSE(has_heard(ear, {0x80, 0x3E, 0x40}));
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page that closes and a peer that resets its connection leave nothing on of theirs") {
    jack_server jack;
    jack.start();
    const std::uint16_t osc_port = free_udp_port();
    const std::uint16_t page_port = free_udp_port();
    daemon_process daemon(synth + network(osc_port, page_port));
    jack_receiver ear("ear", ":to-synth");
    REQUIRE(ear.is_connected());
    web_client page(page_port);
    REQUIRE(page.shake_hands().find("101") != std::string::npos);
    web_client peer(osc_port);
    page.say(R"([{"message": [144, 60, 100]}, {"message": [144, 61, 100]}])");
    REQUIRE(ear.wait_for(2));
    peer.write(sized(osc("/midi/desk/note_on", {1, 61, 100})) +
               sized(osc("/midi/desk/note_on", {1, 62, 100})));
    REQUIRE(sounds(daemon, 3));
    const bool is_page_first = GENERATE(false, true);

    if (is_page_first) {
        page.reset();
        CHECK(hears(ear, {0x80, 60, 64}));
        CHECK(sounds(daemon, 2));
        CHECK_FALSE(has_heard(ear, {0x80, 61, 64}));
        peer.reset();
    } else {
        peer.reset();
        CHECK(hears(ear, {0x80, 62, 64}));
        CHECK(sounds(daemon, 2));
        CHECK_FALSE(has_heard(ear, {0x80, 61, 64}));
        page.write(websocket_in::testing::close_frame(""));
    }

    CHECK(hears(ear, {0x80, 61, 64}));
    CHECK(sounds(daemon, 0));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a script that schedules three notes and leaves hears them all") {
    jack_server jack;
    jack.start();
    const temp_dir folder;
    const std::string path = folder.path("events");
    daemon_process daemon(fmt::format(R"({}
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[route]]
from = "scripts"
to = "synth"
)",
                                      synth, path));
    jack_receiver ear("ear", ":to-synth");
    REQUIRE(ear.is_connected());

    const finished script =
        run({"/bin/sh", "-c",
             "for note in 60 61 62; do echo \"{\\\"note\\\": $note, \\\"at\\\": \\\"+300ms\\\", "
             "\\\"for\\\": \\\"200ms\\\"}\"; done | socat -u - UNIX-CONNECT:" +
                 path});

    REQUIRE(script.code == 0);
    for (std::uint8_t note = 60; note <= 62; ++note) {
        CHECK(hears(ear, {0x90, note, 100}));
        CHECK(hears(ear, {0x80, note, 64}));
    }
    CHECK(sounds(daemon, 0));
    CHECK(daemon.stop() == 0);
}
