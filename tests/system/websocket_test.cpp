// SPDX-License-Identifier: MIT
// Browsers in, OSC out: the whole daemon with WebSocket clients that send what real ones sent.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/web_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <regex>

using namespace tactus::test;
using namespace std::chrono_literals;
using websocket_in::testing::binary_frame;

namespace {

using bytes = std::vector<std::uint8_t>;

// Free for TCP as for UDP, or nearly always so.
std::string stage(std::uint16_t page, std::uint16_t out, const std::string& more = "") {
    return fmt::format(R"(
[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{}"
{}

[[output]]
name = "superdirt"
type = "osc"
to = "udp://127.0.0.1:{}"
timetags = "bundle"
ahead = "200ms"

[[route]]
from = "page"
to = "superdirt"
)",
                       page, more, out);
}

std::vector<std::string> recorded(const std::string& name) {
    std::ifstream file(std::string(TACTUS_TRAFFIC_DIR "/") + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    REQUIRE(lines.size() == 84);
    return lines;
}

bytes from_hex(const std::string& line) {
    bytes out;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
        out.push_back(static_cast<std::uint8_t>(std::stoi(line.substr(i, 2), nullptr, 16)));
    }
    return out;
}

std::uint64_t tag_of(const bytes& bundle) {
    std::uint64_t tag = 0;
    for (std::size_t i = 8; i < 16; ++i) {
        tag = tag << 8 | bundle.at(i);
    }
    return tag;
}
void set_tag(bytes& bundle, std::uint64_t tag) {
    for (std::size_t i = 0; i < 8; ++i) {
        bundle.at(15 - i) = static_cast<std::uint8_t>(tag >> 8 * i);
    }
}

// The recorded tag, moved by whole seconds, which changes no bit of its fraction.
std::uint64_t moved(std::uint64_t tag, std::uint64_t first_tag, std::uint64_t now_tag) {
    const std::uint64_t by_s = (now_tag >> 32) + 1 - (first_tag >> 32);
    return tag + (by_s << 32);
}

// Each datagram that comes, the earliest first, until none has come for a while.
std::vector<arrival> receive_all(const udp_peer& peer, std::size_t count) {
    std::vector<arrival> all;
    while (all.size() < count) {
        std::optional<arrival> next = peer.receive(20s);
        if (!next) {
            break;
        }
        all.push_back(std::move(*next));
    }
    return all;
}

void check_same(std::vector<bytes> expected, const std::vector<arrival>& came) {
    std::stable_sort(expected.begin(), expected.end(),
                     [](const bytes& a, const bytes& b) { return tag_of(a) < tag_of(b); });
    REQUIRE(came.size() == expected.size());
    for (std::size_t i = 0; i < came.size(); ++i) {
        CAPTURE(i);
        REQUIRE(came[i].bytes == expected[i]);
    }
}

} // namespace

TEST_CASE("what Strudel plays leaves byte by byte as its own bridge sends it, in order of time") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));
    const std::uint64_t now_tag = time_tag_in(0);

    static const std::regex stamp(R"("timestamp":([0-9.]+))");
    std::vector<bytes> expected;
    const std::vector<std::string> datagrams = recorded("strudel-osc-1.3.expected.hex");
    const std::uint64_t first_tag = tag_of(from_hex(datagrams[0]));
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
        bytes datagram = from_hex(datagrams[i]);
        const std::uint64_t tag = moved(tag_of(datagram), first_tag, now_tag);
        set_tag(datagram, tag);
        expected.push_back(std::move(datagram));
    }
    const double by_ms = static_cast<double>((now_tag >> 32) + 1 - (first_tag >> 32)) * 1000;
    for (const std::string& line : recorded("strudel-osc-1.3.jsonl")) {
        std::smatch found;
        REQUIRE(std::regex_search(line, found, stamp));
        page.say(std::string(found.prefix()) +
                 fmt::format("\"timestamp\":{:.4f}", std::stod(found[1]) + by_ms) +
                 std::string(found.suffix()));
    }

    check_same(expected, receive_all(superdirt, expected.size()));
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"superdirt\"}") == 84);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what osc-js sends leaves unchanged") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));
    const std::uint64_t now_tag = time_tag_in(0);

    std::vector<bytes> expected;
    const std::vector<std::string> frames = recorded("osc-js-2.4-frames.hex");
    const std::uint64_t first_tag = tag_of(from_hex(frames[0]));
    for (const std::string& line : frames) {
        bytes frame = from_hex(line);
        set_tag(frame, moved(tag_of(frame), first_tag, now_tag));
        page.write(binary_frame(std::string(frame.begin(), frame.end())));
        expected.push_back(std::move(frame));
    }

    check_same(expected, receive_all(superdirt, expected.size()));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a bundle leaves `ahead` of its time, and not before") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::int64_t start_ns = monotonic_ns();

    page.say(
        fmt::format(R"({{"address": "/a", "timestamp": {}}})",
                    static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000 + 500));

    const std::optional<arrival> came = superdirt.receive(20s);
    REQUIRE(came);
    CHECK(came->at_ns - start_ns >= 298'000'000);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page of a foreign origin is refused, and counted") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    const web_client evil(port);

    const std::string answer = evil.shake_hands("https://evil.example");

    CHECK(answer.starts_with("HTTP/1.1 403 "));
    CHECK(evil.is_ended_within(20s));
    CHECK(http_get(port, "/").status == 426);
    CHECK(daemon.metric("tactus_input_messages_received_total{input=\"page\"}") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("who says the token first plays, who does not is closed, and nothing repeats it") {
    const temp_dir folder;
    const std::string token = "correct-horse-battery";
    const std::string file = folder.write("token", token + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port(),
                                fmt::format("token_file = \"{}\"\nallow = \"127.0.0.0/8\"\n"
                                            "feedback = \"all\"",
                                            file)));
    const web_client page(port);
    const web_client stranger(port);
    const web_client silent(port);
    for (const web_client* each : {&page, &stranger, &silent}) {
        REQUIRE(each->shake_hands().starts_with("HTTP/1.1 101 "));
    }

    stranger.say(R"({"tactus": "token", "token": "correct-horse-bettery"})");
    stranger.say(R"({"address": "/stranger"})");
    const std::string no = stranger.read_until("", 20s);
    page.say(fmt::format(R"({{"tactus": "token", "token": "{}"}})", token));
    const std::string yes = page.read_until("}", 20s);
    page.say(R"({"address": "/page"})");

    CHECK_THAT(no, Catch::EndsWith("This port asks for a token."));
    CHECK_THAT(yes, Catch::EndsWith(R"({"tactus":"welcome"})"));
    const std::optional<arrival> came = superdirt.receive(20s);
    REQUIRE(came);
    CHECK(std::string(came->bytes.begin() + 20, came->bytes.begin() + 25) == "/page");
    CHECK(silent.is_ended_within(20s)); // after 2 s
    CHECK(eventually([&] {
        return daemon.metric(
                   "tactus_input_connections_rejected_total{input=\"page\",reason=\"token\"}") == 2;
    }));
    CHECK(daemon.metric("tactus_input_messages_received_total{input=\"page\"}") == 1);
    const std::string metrics = http_get(daemon.metrics_port(), "/metrics").body;
    CHECK(daemon.stop() == 0);
    const std::string told = no + yes + metrics + daemon.program().out() + daemon.program().err();
    CHECK_THAT(told, Catch::Contains("was refused") && !Catch::Contains("horse"));
}

TEST_CASE("who is not in the list is closed unheard, and counted") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port(), "allow = [\"192.0.2.0/24\", \"::1\"]"));
    const web_client stranger(port);

    CHECK(stranger.is_ended_within(20s));

    CHECK(eventually([&] {
        return daemon.metric(
                   "tactus_input_connections_rejected_total{input=\"page\",reason=\"address\"}") ==
               1;
    }));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("200 idle clients and 50 that say nothing cost the one that plays nothing") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port(), "connections_max = 300"));
    std::vector<web_client> idle;
    for (int i = 0; i < 200; ++i) {
        idle.emplace_back(port);
        REQUIRE(idle.back().shake_hands().starts_with("HTTP/1.1 101 "));
    }
    std::vector<web_client> silent;
    for (int i = 0; i < 50; ++i) {
        silent.emplace_back(port);
        silent.back().write("GET / HTTP/1.1\r\nHost: lo");
    }
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));

    page.say(R"({"address": "/a", "args": [1]})");

    CHECK(superdirt.receive(20s).has_value());
    for (const web_client& each : silent) {
        CHECK(each.is_ended_within(20s)); // after 2 s
    }
    page.say(R"({"address": "/a", "args": [1]})");
    CHECK(superdirt.receive(20s).has_value());
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page takes back what it has scheduled, and nothing of others") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    const web_client one(port);
    const web_client other(port);
    one.shake_hands();
    other.shake_hands();
    const std::uint64_t later = (time_tag_in(0) >> 32) - 2'208'988'800 + 2;
    for (int i = 0; i < 10; ++i) {
        one.say(fmt::format(R"({{"address": "/one", "timestamp": {}}})", later * 1000));
    }
    other.say(fmt::format(R"({{"address": "/two", "timestamp": {}}})", later * 1000));

    one.say(R"({"tactus": "cancel"})");

    CHECK_THAT(one.read_until("}", 20s),
               Catch::EndsWith(R"({"tactus":"canceled","deliveries":10})"));
    const std::optional<arrival> came = superdirt.receive(20s);
    REQUIRE(came);
    CHECK(std::string(came->bytes.begin() + 20, came->bytes.begin() + 24) == "/two");
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page is told what went wrong, and the names that exist") {
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port(), "feedback = \"errors\""));
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));
    const auto told = [&](const std::string& text) {
        page.say(text);
        const std::string frame = page.read_until("}", 20s);
        return frame.substr(std::min(frame.find('{'), frame.size()));
    };
    const std::uint64_t now_ms = ((time_tag_in(0) >> 32) - 2'208'988'800) * 1000;

    CHECK(told(R"({"address": "/a", "port": 9})") ==
          R"({"tactus":"peer_not_allowed","port":"udp://127.0.0.1:9"})");
    CHECK_THAT(told(fmt::format(R"({{"address": "/a", "timestamp": {}}})", now_ms - 5000)),
               Catch::Matches(R"(\{"tactus":"late","output":"superdirt","by":[56]\d{3}\.\d{6}\})"));
    CHECK(told(fmt::format(R"({{"address": "/a", "timestamp": {}}})", now_ms + 7'200'000)) ==
          R"({"tactus":"rejected","reason":"too_far_ahead"})");
    CHECK_THAT(told("{"), Catch::StartsWith(R"({"tactus":"rejected","reason":"malformed","why":)"));
    CHECK(daemon.stop() == 0);
}
