// SPDX-License-Identifier: MIT
// Two daemons that send to one another: one message goes round as fast as the machine can. It is
// found, named and stopped, and all else goes on.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>

#include <chrono>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

// Everything goes to the other daemon, and /ok to a peer of the test's; the route of the circle
// begins in line 17.
std::string half(std::uint16_t in, std::uint16_t other, std::uint16_t peer,
                 const std::string& safety = "") {
    return fmt::format(R"([[input]]
name = "here"
type = "osc"
listen = "udp://127.0.0.1:{}"

[[output]]
name = "there"
type = "osc"
to = "udp://127.0.0.1:{}"

[[output]]
name = "peer"
type = "osc"
to = "udp://127.0.0.1:{}"


[[route]]
from = "here"
to = "there"
address = "/round/*"

[[route]]
from = "here"
to = "peer"
address = "/ok"

{}
)",
                       in, other, peer, safety);
}

constexpr const char* dropped =
    "tactus_deliveries_dropped_total{output=\"there\",reason=\"circle\"}";
constexpr const char* received = "tactus_input_messages_received_total{input=\"here\"}";

} // namespace

TEST_CASE("two daemons that send to one another: what goes round is found, named and stopped") {
    const udp_peer peer;
    const std::uint16_t first = free_udp_port();
    const std::uint16_t second = free_udp_port();
    daemon_process one(half(first, second, peer.port()));
    daemon_process two(half(second, first, peer.port()));

    udp_peer().send(osc("/round/a", {1}), first);

    REQUIRE(eventually([&] { return one.metric(dropped) + two.metric(dropped) >= 1; }));
    daemon_process& finder = one.metric(dropped) >= 1 ? one : two;
    CHECK(finder.metric("tactus_route_mutes_total{route=\"route 1\",line=\"17\"}") == 1);
    CHECK(finder.program().says("Feedback loop: events that this route sends return"));
    CHECK(finder.program().says("route_in_line=17"));
    // Nothing of it is left: no event has come for longer than a round takes by far.
    double before = -1;
    CHECK(eventually([&] {
        const double now = one.metric(received) + two.metric(received);
        const bool is_quiet = now == before;
        before = now;
        return is_quiet;
    }));

    udp_peer().send(osc("/ok", {2}), first); // another route is not concerned
    const auto came = peer.receive(20s);
    REQUIRE(came);
    CHECK(came->bytes == osc("/ok", {2}));
    CHECK(one.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(two.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(one.stop() == 0);
    CHECK(two.stop() == 0);
}

TEST_CASE("a route that was muted works again") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(
        half(in, peer.port(), peer.port(), "[safety]\ncircle_rate = \"100/s\"\n"));
    const udp_peer sender;
    REQUIRE(eventually([&] {
        for (int i = 0; i < 50; ++i) {
            sender.send(osc("/round/a", {1}), in);
        }
        return daemon.metric(dropped) >= 1;
    }));

    // Once the mute is over, and not before: a value that comes through ends the wait.
    bool has_come = false;
    CHECK(eventually([&] {
        sender.send(osc("/round/b", {7}), in);
        for (auto came = peer.receive(10ms); came; came = peer.receive(10ms)) {
            has_come = has_come || came->bytes == osc("/round/b", {7});
        }
        return has_come;
    }));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a guard that is switched off mutes nothing") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(half(in, peer.port(), peer.port(),
                               "[safety]\ncircle_guard = false\ncircle_rate = \"100/s\"\n"));
    const udp_peer sender;
    REQUIRE(eventually([&] {
        for (int i = 0; i < 100; ++i) {
            sender.send(osc("/round/a", {1}), in);
        }
        return daemon.metric(received) > 1000;
    }));

    CHECK(daemon.metric(dropped) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("memory outputs lead to the inputs of their channel, and to no others") {
    const temp_dir folder;
    const std::string text = R"([[input]]
name = "a"
type = "memory"
channel = "x"

[[output]]
name = "b"
type = "memory"
channel = "x"

[[output]]
name = "c"
type = "memory"

[[route]]
from = "a"
to = ["b", "c"]
)";
    const finished check = run({tactus_program, "check", folder.write("round.toml", text)});

    CHECK(check.code == 78);
    CHECK_THAT(check.err,
               Catch::Contains("channel: the events that output \"b\" sends arrive at an input"));
    CHECK_THAT(check.err, !Catch::Contains("output \"c\""));
}
