// SPDX-License-Identifier: MIT
// OSC by others' programs at both ends of the daemon: liblo's oscsend and oscdump, over each
// transport that they and we know. Conditions are waited for.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <regex>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

// An endpoint as tactus and as liblo writes it.
struct place {
    std::string ours;
    std::string to_send;
    std::string to_listen;
};

place udp() {
    const std::uint16_t port = free_udp_port();
    return {fmt::format("udp://127.0.0.1:{}", port), fmt::format("osc.udp://127.0.0.1:{}", port),
            fmt::format("osc.udp://:{}", port)};
}

place tcp() {
    const std::uint16_t port = free_tcp_port();
    return {fmt::format("tcp://127.0.0.1:{}", port), fmt::format("osc.tcp://127.0.0.1:{}", port),
            fmt::format("osc.tcp://:{}", port)};
}

// liblo's unix sockets are of datagrams.
place unix_datagrams(const std::string& path) {
    return {"unixgram://" + path, "osc.unix://" + path, "osc.unix://" + path};
}

std::string bridge(const std::string& in, const std::string& out, const std::string& more = "") {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "{}"

[[output]]
name = "lights"
type = "osc"
to = "{}"
{}

[[route]]
from = "desk"
to = "lights"
)",
                       in, out, more);
}

std::ptrdiff_t lines_in(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

// A numbered stream from us to oscdump: all of it, in order, and nothing else after the greeting.
void check_reaches_oscdump(const place& out, const std::string& more) {
    const udp_peer sender;
    const std::uint16_t in = free_udp_port();
    process oscdump({"oscdump", "-L", out.to_listen});
    daemon_process daemon(bridge(fmt::format("udp://127.0.0.1:{}", in), out.ours, more));
    // It does not say when it listens.
    REQUIRE(eventually([&] {
        sender.send(osc("/hello", {}), in);
        return oscdump.says("/hello", 100ms);
    }));

    constexpr int count = 100;
    for (int i = 0; i < count; ++i) {
        sender.send(osc("/n", {i, -i, 7}), in);
    }
    REQUIRE(oscdump.says(fmt::format(" /n iii {} {} 7\n", count - 1, 1 - count)));

    std::string rest = oscdump.out();
    rest = rest.substr(rest.find(" /n iii "));
    static const std::regex line(" /n iii ([0-9]+) (-?[0-9]+) 7\n");
    std::vector<int> numbers;
    for (std::sregex_iterator each(rest.begin(), rest.end(), line), end; each != end; ++each) {
        numbers.push_back(std::stoi((*each)[1]));
    }
    CHECK(lines_in(rest) == count);
    CHECK(numbers.size() == count);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

// Notes that we write as OSC are ended at a stop, where oscdump hears it; more than the queue takes
// at once.
void check_ends_notes(const place& out) {
    const udp_peer sender;
    const std::uint16_t in = free_udp_port();
    process oscdump({"oscdump", "-L", out.to_listen});
    daemon_process daemon(
        bridge(fmt::format("udp://127.0.0.1:{}", in), out.ours, "queue = { pending = 16 }") +
        "as = { note = \"$1\" }\n");
    const auto plays = [&](int note, std::chrono::milliseconds limit) {
        sender.send(osc("/note", {note}), in);
        return oscdump.says(fmt::format(" /midi/desk/note_on iii 1 {} 100\n", note), limit);
    };
    REQUIRE(eventually([&] { return plays(20, 100ms); }));
    for (int note = 21; note < 100; ++note) {
        REQUIRE(plays(note, 20s));
    }

    CHECK(daemon.stop() == 0);

    for (int note = 20; note < 100; ++note) {
        CHECK(oscdump.says(fmt::format(" /midi/desk/note_off iii 1 {} 64\n", note)));
    }
}

// Several messages of oscsend, each a run and for TCP a connection of its own.
void check_comes_from_oscsend(const place& in) {
    const udp_peer receiver;
    daemon_process daemon(bridge(in.ours, fmt::format("udp://127.0.0.1:{}", receiver.port())));
    REQUIRE(eventually([&] { return daemon.metric("tactus_output_up{output=\"lights\"}") == 1; }));

    for (int i = 0; i < 3; ++i) {
        const std::string number = std::to_string(i);
        REQUIRE(eventually( // until the input is open
            [&] {
                return run({"oscsend", in.to_send, "/cue", "ii", number, "-1"}).code == 0;
            }));
        const std::optional<arrival> came = receiver.receive(20s);
        REQUIRE(came);
        CHECK(came->bytes == osc("/cue", {i, -1}));
    }
    CHECK(daemon.metric("tactus_input_messages_received_total{input=\"desk\"}") == 3);
    CHECK(daemon.stop() == 0);
}

} // namespace

TEST_CASE("what oscsend sends by UDP comes in") {
    check_comes_from_oscsend(udp());
}

TEST_CASE("what oscsend sends over a TCP connection comes in") {
    check_comes_from_oscsend(tcp());
}

TEST_CASE("what oscsend sends to a unix socket comes in") {
    const temp_dir folder;
    check_comes_from_oscsend(unix_datagrams(folder.path("in")));
}

TEST_CASE("oscdump hears us by UDP") {
    check_reaches_oscdump(udp(), "");
}

TEST_CASE("oscdump hears us over a TCP connection, framed either way") {
    const std::string framing = GENERATE(as<std::string>(), "size", "slip");
    CAPTURE(framing);
    check_reaches_oscdump(tcp(), "framing = \"" + framing + "\"");
}

TEST_CASE("oscdump hears us on a unix socket") {
    const temp_dir folder;
    check_reaches_oscdump(unix_datagrams(folder.path("out")), "");
}

TEST_CASE("notes that leave as OSC end at a stop, also over a connection") {
    const place out = GENERATE(as<place>(), udp(), tcp());
    CAPTURE(out.ours);
    check_ends_notes(out);
}
