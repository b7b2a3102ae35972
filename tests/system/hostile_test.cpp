// SPDX-License-Identifier: MIT
// Everybody who should not be there, at once: HTTP on every listener, connections that say half of
// something or nothing, a page that reads no answers. Who plays is not disturbed, memory is
// bounded, and all of it is counted.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/web_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <vector>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

constexpr int idle_clients = 200;
constexpr std::size_t growth_max_kib =
    memory_factor * 16 * 1024; // 400 connections with their buffers

struct ports {
    std::uint16_t desk = free_tcp_port();
    std::uint16_t desk_stream = free_tcp_port();
    std::uint16_t page = free_tcp_port();
};

std::string configuration(const ports& at, std::uint16_t out) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = ["udp://127.0.0.1:{}", "tcp://127.0.0.1:{}"]
connections_max = 300
packet_timeout = "10m"

[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{}"
connections_max = 300
packet_timeout = "10m"
feedback = "all"
buffer_max = "256KiB"

[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"

[[route]]
from = ["desk", "page"]
to = "projector"
)",
                       at.desk, at.desk_stream, at.page, out);
}

std::size_t resident_kib(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stoul(line.substr(6));
        }
    }
    return 0;
}

// Whether a message of the desk's still arrives, unchanged and alone.
bool is_played(const udp_peer& peer, const ports& at, int number) {
    peer.send(osc("/cue", {number}), at.desk);
    const std::optional<arrival> came = peer.receive(20s);
    return came && came->bytes == osc("/cue", {number});
}

} // namespace

TEST_CASE("HTTP, half-open, idle and deaf clients disturb nobody, cost little and are counted") {
    const udp_peer peer;
    const ports at;
    daemon_process daemon(configuration(at, peer.port()));
    const web_client first(at.desk_stream); // all doors are open now
    REQUIRE(is_played(peer, at, 0));
    const std::size_t before_kib = resident_kib(daemon.program().pid());

    // HTTP on every listener: no event comes of it.
    for (const char* const head : {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                                   "POST /cue HTTP/1.1\r\nHost: localhost\r\n\r\n/cue"}) {
        const web_client on_osc(at.desk_stream);
        on_osc.write(head);
        CHECK(on_osc.is_ended_within(20s));
        const web_client on_page(at.page);
        on_page.write(head);
        CHECK_THAT(on_page.read_until("\r\n", 20s), Catch::StartsWith("HTTP/1.1 4"));
        const web_client on_metrics(daemon.metrics_port());
        on_metrics.write(head);
        const bool is_get = std::string_view(head).starts_with("GET"); // the status page
        CHECK_THAT(on_metrics.read_until("\r\n", 20s),
                   Catch::StartsWith(is_get ? "HTTP/1.1 200" : "HTTP/1.1 4"));
    }
    CHECK(is_played(peer, at, 1));

    // Half of a frame, half of a head, and pages that are idle.
    std::vector<web_client> crowd;
    for (int i = 0; i < idle_clients; ++i) {
        crowd.emplace_back(at.desk_stream).write(std::string_view("\0\0\0\x40/half", 9));
        crowd.emplace_back(at.page);
        if (i % 2 == 0) {
            crowd.back().write("GET / HTTP/1.1\r\nHost: local");
        } else {
            REQUIRE(crowd.back().shake_hands().starts_with("HTTP/1.1 101 "));
        }
        if (i % 50 == 0) {
            CHECK(is_played(peer, at, 2 + i));
        }
    }

    // A page that asks for an answer to each word and reads none.
    const web_client deaf(at.page);
    REQUIRE(deaf.shake_hands().starts_with("HTTP/1.1 101 "));
    websocket_in::testing::byte_string words;
    for (int i = 0; i < 1000; ++i) {
        const auto frame = websocket_in::testing::text_frame("{\"address\": 5}");
        words.insert(words.end(), frame.begin(), frame.end());
    }
    CHECK_THROWS([&] {
        for (int i = 0; i < 10'000; ++i) { // it is closed long before
            deaf.write(words);
        }
    }());
    CHECK(is_played(peer, at, 1000));

    CHECK(resident_kib(daemon.program().pid()) < before_kib + growth_max_kib);
    CHECK(daemon.metric("tactus_input_connections_rejected_total{input=\"desk\","
                        "reason=\"protocol\"}") == 2);
    CHECK(daemon.metric("tactus_input_connections_rejected_total{input=\"page\","
                        "reason=\"slow\"}") == 1);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("peers that have all places and each half a packet give them back") {
    const udp_peer peer;
    const std::uint16_t door = free_tcp_port();
    daemon_process daemon(fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "tcp://127.0.0.1:{}"
packet_timeout = "300ms"

[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"

[[route]]
from = "desk"
to = "projector"
)",
                                      door, peer.port()));
    constexpr int places = 64; // connections_max, where the file does not say it
    std::vector<web_client> crowd;
    for (int i = 0; i < places; ++i) {
        crowd.emplace_back(door).write(std::string_view("\0\0\0\x40/half", 9));
    }
    const auto packet = osc("/cue", {1});
    const std::string framed = std::string{0, 0, 0, static_cast<char>(packet.size())} +
                               std::string(packet.begin(), packet.end());

    const bool has_come = eventually([&] {
        web_client late(door);
        try {
            late.write(framed);
        } catch (const std::runtime_error&) {
            return false; // there is no place yet
        }
        return peer.receive(100ms).has_value();
    });

    CHECK(has_come);
    // The crowd came one after the other, and so do their ends.
    CHECK(eventually([&] {
        return daemon.metric("tactus_input_connections_rejected_total{input=\"desk\","
                             "reason=\"slow\"}") == places;
    }));
    CHECK(daemon.metric(
              "tactus_input_messages_rejected_total{input=\"desk\",reason=\"malformed\"}") ==
          places);
    CHECK(daemon.program().err().find("did not end within packet_timeout") != std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("who is not in the list does not come in by a reset before the daemon looks") {
    const udp_peer peer;
    const ports at;
    std::string guarded = configuration(at, peer.port());
    for (const char* const max :
         {"packet_timeout = \"10m\"\n\n", "packet_timeout = \"10m\"\nfeedback"}) {
        guarded.insert(guarded.find(max), "allow = \"10.0.0.0/8\"\n");
    }
    daemon_process daemon(guarded);
    web_client first(at.desk_stream); // all doors are open now
    web_client(at.page).reset();
    const auto refused = [&](const std::string& input) {
        return daemon.metric("tactus_input_connections_rejected_total{input=\"" + input +
                             "\",reason=\"address\"}");
    };
    REQUIRE(eventually([&] { return refused("desk") == 1 && refused("page") == 1; }));
    const auto packet = osc("/evil", {1});
    const std::string size{0, 0, 0, static_cast<char>(packet.size())};

    REQUIRE(::kill(daemon.program().pid(), SIGSTOP) == 0);
    web_client to_desk(at.desk_stream);
    to_desk.write(size);
    to_desk.write(packet);
    to_desk.reset();
    web_client to_page(at.page);
    to_page.write("GET / HTTP/1.1\r\n");
    to_page.reset();
    REQUIRE(::kill(daemon.program().pid(), SIGCONT) == 0);

    CHECK(eventually([&] { return refused("desk") == 2 && refused("page") == 2; }));
    CHECK(daemon.metric("tactus_input_messages_received_total{input=\"desk\"}") == 0);
    CHECK(daemon.metric("tactus_input_connections_rejected_total{input=\"page\","
                        "reason=\"protocol\"}") == 0);
    CHECK(daemon.stop() == 0);
}
