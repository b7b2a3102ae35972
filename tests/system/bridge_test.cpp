// SPDX-License-Identifier: MIT
// Notes of the desktop bridge's JSON on their way to real JACK ports: which port, which order, and
// not before their offsets.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/web_client.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

using namespace tactus::test;

namespace {

using message = std::vector<std::uint8_t>;

constexpr std::int64_t ns_per_ms = 1'000'000;

struct note {
    std::uint8_t key;
    int offset_ms;
};

// A page's notes for two instruments of which JACK knows the names.
std::string two_instruments(std::uint16_t port) {
    return fmt::format(R"(
[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{}"
[[output]]
name = "first"
type = "midi"
api = "jack"
client = "tactus-first"
port = "Church Organ"
[[output]]
name = "second"
type = "midi"
api = "jack"
client = "tactus-second"
port = "Grand Piano"
[[route]]
from = "page"
to = ["first", "second"]
)",
                       port);
}

std::string listed(const std::vector<note>& notes, const std::string& port) {
    std::string list;
    for (const note& each : notes) {
        list +=
            fmt::format(R"({}{{"message": [144, {}, 100], "offset": {}, "requestedport": "{}"}})",
                        list.empty() ? "" : ", ", each.key, each.offset_ms, port);
    }
    return list;
}

// As they have to come: by offset, and as listed where offsets are the same.
std::vector<note> in_time(std::vector<note> notes) {
    std::stable_sort(notes.begin(), notes.end(), [](const note& left, const note& right) {
        return left.offset_ms < right.offset_ms;
    });
    return notes;
}

// The daemon reads a message after it was sent: what stands in its frame cannot be sooner than this
// says.
void check(const std::vector<jack_event>& came, const std::vector<note>& sent,
           std::int64_t sent_ns) {
    const std::vector<note> expected = in_time(sent);
    REQUIRE(came.size() == expected.size());
    for (std::size_t i = 0; i < came.size(); ++i) {
        CAPTURE(i, expected[i].offset_ms, came[i].at_ns - sent_ns);
        CHECK(came[i].bytes == message{0x90, expected[i].key, 100});
        CHECK(came[i].at_ns - sent_ns >= expected[i].offset_ms * ns_per_ms - frame_tolerance_ns);
    }
}

} // namespace

TEST_CASE("the desktop bridge's notes reach JACK ports by partial names, no sooner than offset") {
    jack_server jack;
    jack.start();
    jack_receiver organ("Church Organ");
    jack_receiver piano("Grand Piano");
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(two_instruments(port));
    for (const char* const each : {"first", "second"}) {
        const std::string is_up = fmt::format("tactus_output_up{{output=\"{}\"}}", each);
        REQUIRE(eventually([&] { return daemon.metric(is_up) == 1; }));
    }
    const web_client page(port);
    REQUIRE(page.shake_hands().starts_with("HTTP/1.1 101 "));
    // The lists are not sorted, and some notes are due together.
    const std::vector<note> low = {{41, 3000}, {40, 250}, {36, 0}, {39, 120}, {37, 40}, {38, 40}};
    const std::vector<note> high = {{84, 250}, {83, 120}, {82, 40}, {81, 0}};

    const std::int64_t sent_ns = monotonic_ns();
    page.say("[" + listed(low, "Organ") + ", " + listed(high, "iano") + "]");

    REQUIRE(organ.wait_for(low.size()));
    REQUIRE(piano.wait_for(high.size()));
    check(organ.events(), low, sent_ns);
    check(piano.events(), high, sent_ns);
    // What is due waits for nothing that is due seconds later.
    CHECK(organ.events()[4].at_ns - sent_ns < 3000 * ns_per_ms);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}
