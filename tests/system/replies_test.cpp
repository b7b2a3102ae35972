// SPDX-License-Identifier: MIT
// Peers that answer to the port a message came from, as scsynth, SuperDirt and mixing desks do, and
// those who wait for the answer: an osc input with routes of its own, and a page in a browser.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/web_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

using bytes = std::vector<std::uint8_t>;

const std::string passed = "tactus_plugin_osc_replies_passed_total{plugin=\"desk\"}";
const std::string sent = "tactus_deliveries_sent_total{output=\"desk\"}";
const std::string screen_got = "tactus_deliveries_sent_total{output=\"screen\"}";
const std::string unaccounted = "tactus_deliveries_unaccounted";

// A remote control talks to a desk, whose answers go to a screen.
std::string studio(std::uint16_t remote, const std::string& desk, std::uint16_t replies,
                   std::uint16_t screen) {
    return fmt::format(R"(
[[input]]
name = "remote"
type = "osc"
listen = "udp://127.0.0.1:{0}"

[[output]]
name = "desk"
type = "osc"
to = "{1}"
reply_to = "udp://127.0.0.1:{2}"

[[input]]
name = "answers"
type = "osc"
listen = "udp://127.0.0.1:{2}"

[[output]]
name = "screen"
type = "osc"
to = "udp://127.0.0.1:{3}"

[[route]]
from = "remote"
to = "desk"

[[route]]
from = "answers"
to = "screen"
)",
                       remote, desk, replies, screen);
}

std::string udp(std::uint16_t port) {
    return fmt::format("udp://127.0.0.1:{}", port);
}

// Held at the same time, so that they differ.
struct two_free_ports {
    two_free_ports() {
        const udp_peer one;
        const udp_peer other;
        remote = one.port();
        replies = other.port();
    }
    std::uint16_t remote = 0;
    std::uint16_t replies = 0;
};

// Before, what comes for an output would be dropped.
bool is_up(const daemon_process& daemon, const std::string& output) {
    return eventually(
        [&] { return daemon.metric("tactus_output_up{output=\"" + output + "\"}") == 1; });
}

bytes sized(const bytes& packet) {
    bytes framed{0, 0, 0, static_cast<std::uint8_t>(packet.size())};
    framed.insert(framed.end(), packet.begin(), packet.end());
    return framed;
}

} // namespace

TEST_CASE("what a desk answers to the port it was spoken to from is heard by an osc input") {
    const udp_peer desk;
    const udp_peer screen;
    const udp_peer remote;
    const two_free_ports ports;
    daemon_process daemon(studio(ports.remote, udp(desk.port()), ports.replies, screen.port()));
    REQUIRE(is_up(daemon, "desk"));
    REQUIRE(is_up(daemon, "screen"));

    remote.send(osc("/ch/01/mix/fader", {}), ports.remote);
    const std::optional<arrival> asked = desk.receive(20s);
    REQUIRE(asked);
    for (int i = 0; i < 100; ++i) {
        desk.send(osc("/ch/01/mix/fader", {i}), asked->from_port);
    }

    for (int i = 0; i < 100; ++i) {
        const std::optional<arrival> came = screen.receive(20s);
        REQUIRE(came);
        REQUIRE(came->bytes == osc("/ch/01/mix/fader", {i}));
    }
    CHECK(daemon.metric(passed) == 100);
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a stranger who sends to an output's port is not heard") {
    const udp_peer desk;
    const udp_peer stranger;
    const udp_peer screen;
    const two_free_ports ports;
    daemon_process daemon(studio(ports.remote, udp(desk.port()), ports.replies, screen.port()));
    REQUIRE(is_up(daemon, "desk"));
    REQUIRE(is_up(daemon, "screen"));
    desk.send(osc("/ask", {}), ports.remote);
    const std::optional<arrival> asked = desk.receive(20s);
    REQUIRE(asked);

    stranger.send(osc("/false", {1}), asked->from_port);
    desk.send(osc("/true", {2}), asked->from_port);

    const std::optional<arrival> came = screen.receive(20s);
    REQUIRE(came);
    CHECK(came->bytes == osc("/true", {2}));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a peer that was not there when it was first sent to is heard when it comes") {
    const udp_peer screen;
    const udp_peer remote;
    const two_free_ports ports;
    const std::uint16_t late = free_udp_port();
    daemon_process daemon(studio(ports.remote, udp(late), ports.replies, screen.port()));
    REQUIRE(is_up(daemon, "desk"));
    REQUIRE(is_up(daemon, "screen"));
    for (int i = 1; i <= 3; ++i) { // each comes back as "port unreachable"
        remote.send(osc("/xremote", {}), ports.remote);
        REQUIRE(eventually([&] { return daemon.metric(sent) == i; }));
    }

    const udp_peer desk(late);
    remote.send(osc("/xremote", {}), ports.remote);
    const std::optional<arrival> asked = desk.receive(20s);
    REQUIRE(asked);
    desk.send(osc("/answer", {1}), asked->from_port);

    const std::optional<arrival> came = screen.receive(20s);
    REQUIRE(came);
    CHECK(came->bytes == osc("/answer", {1}));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what a peer answers on its connection is heard, however much it is") {
    tcp_peer desk;
    const udp_peer screen;
    const udp_peer remote;
    const two_free_ports ports;
    daemon_process daemon(studio(ports.remote, fmt::format("tcp://127.0.0.1:{}", desk.port()),
                                 ports.replies, screen.port()));
    desk.accept();
    REQUIRE(is_up(daemon, "desk"));
    REQUIRE(is_up(daemon, "screen"));
    const bytes question = sized(osc("/status", {}));
    remote.send(osc("/status", {}), ports.remote);
    REQUIRE(desk.read(question.size()) == question);

    constexpr int answers = 100;
    bytes all;
    for (int i = 0; i < answers; ++i) {
        const bytes one = sized(osc("/n_end", {i}));
        all.insert(all.end(), one.begin(), one.end());
    }
    desk.write(all);

    for (int i = 0; i < answers; ++i) {
        const std::optional<arrival> came = screen.receive(20s);
        REQUIRE(came);
        REQUIRE(came->bytes == osc("/n_end", {i}));
    }
    CHECK(daemon.metric(passed) == answers);
    CHECK(daemon.metric(screen_got) == answers);
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page gets the answer of a peer that only answers to the port it was spoken to from") {
    const udp_peer scsynth;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(fmt::format(R"(
[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{0}"
reply = true
reply_listen = "udp://127.0.0.1:{1}"

[[output]]
name = "desk"
type = "osc"
to = "udp://127.0.0.1:{2}"
reply_to = "udp://127.0.0.1:{1}"

[[route]]
from = "page"
to = "desk"
)",
                                      port, free_udp_port(), scsynth.port()));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));

    REQUIRE(is_up(daemon, "desk"));
    page.say(R"({"address": "/status"})");
    const std::optional<arrival> asked = scsynth.receive(20s);
    REQUIRE(asked);
    const bytes answer = osc("/status.reply", {1, 0, 0, 2, 4});
    scsynth.send(answer, asked->from_port);

    const std::string text(answer.begin(), answer.end());
    CHECK(page.read_until(text, 20s) ==
          std::string("\x82") + static_cast<char>(answer.size()) + text);
    CHECK(daemon.stop() == 0);
}
