// SPDX-License-Identifier: MIT
// The status page of a real daemon, attacked: streams that nobody reads, too many of them, and a
// reload while one is open. Events go on meanwhile, and afterwards the daemon sleeps.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/web_client.hpp"
#include "tests/system/osc_bytes.hpp"
#include "tests/system/reload_case.hpp"

#include <fstream>
#include <thread>
#include <vector>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

std::string request_of(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

// Opened, and not read from.
web_client open_stream(std::uint16_t port, const std::string& path) {
    web_client client(port);
    client.write(request_of(path));
    return client;
}

// All of them arrive, however slow the readers are.
void send_through(const udp_peer& to, std::uint16_t port, int count) {
    for (int i = 0; i < count; ++i) {
        to.send(osc("/n", {i}), port);
        REQUIRE(to.receive(20s));
    }
}

// The loop's, which is the main thread.
long voluntary_switches(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) +
                         "/status");
    const std::string key = "voluntary_ctxt_switches:";
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key)) {
            return std::stol(line.substr(key.size()));
        }
    }
    return -1;
}

} // namespace

TEST_CASE("a hundred readers of the status page that never read hold up nobody") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_bridge(in, peer.port()));
    std::vector<web_client> readers;
    for (int i = 0; i < 100; ++i) {
        readers.push_back(open_stream(daemon.metrics_port(), "/events"));
    }

    send_through(peer, in, 500);

    int opened = 0;
    for (const web_client& each : readers) {
        const std::string head = each.read_until("\r\n\r\n", 20s);
        opened += head.starts_with("HTTP/1.1 200 ") ? 1 : 0;
        CHECK((head.starts_with("HTTP/1.1 200 ") || head.starts_with("HTTP/1.1 503 ")));
    }
    CHECK(opened == 16);
    CHECK(http_get(daemon.metrics_port(), "/").status == 200);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"projector\"}") == 500);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a tap on the status page that never reads holds up nobody, and is told what it missed") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_bridge(in, peer.port()));
    const web_client tap = open_stream(daemon.metrics_port(), "/events/tap");
    CHECK(tap.read_until("\r\n\r\n", 20s).starts_with("HTTP/1.1 200 "));
    std::vector<web_client> more;
    for (int i = 0; i < 4; ++i) {
        more.push_back(open_stream(daemon.metrics_port(), "/events/tap/lost"));
    }
    CHECK(more.back().read_until("\r\n\r\n", 20s).starts_with("HTTP/1.1 503 "));

    std::string event;
    for (int i = 0; i < 100 && !event.ends_with("\n\n"); ++i) { // it flows a moment after its head
        send_through(peer, in, 10);
        event += tap.read_until("\n\n", 200ms);
    }

    CHECK(event.starts_with("data: {\"jsonrpc\":\"2.0\",\"method\":\"event\""));
    CHECK(event.find("\"osc\":\"/n\"") != std::string::npos);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the status page says what is away, why and since when") {
    daemon_process daemon(
        "[[input]]\nname = \"desk\"\ntype = \"osc\"\nlisten = \"udp://127.0.0.1:" +
        std::to_string(free_udp_port()) +
        "\"\n[[output]]\nname = \"lamp\"\ntype = \"osc\"\n"
        "to = \"tcp://127.0.0.1:1\"\nrequired = false\n"
        "[[route]]\nfrom = \"desk\"\nto = \"lamp\"\n");

    const std::string page = http_get(daemon.metrics_port(), "/").body;

    CHECK(page.find("Not required, but away: <b>lamp</b>") != std::string::npos);
    CHECK(page.find("tcp://127.0.0.1:1&quot; is offline") != std::string::npos);
    CHECK(page.find("<small>since 20") != std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page that is open sees what a reload has changed") {
    const udp_peer peer;
    const std::string before = osc_bridge(free_udp_port(), peer.port());
    reload_case daemon(before);
    const web_client page = open_stream(daemon.metrics_port(), "/events");
    CHECK(page.read_until("event: state\n", 20s).ends_with("event: state\n"));

    daemon.reload(before + route("desk", "projector", "name = \"added\"\naddress = \"/added\""));

    CHECK(page.read_until(">added<", 20s).ends_with(">added<"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a daemon whose status page was closed sleeps again") {
    const udp_peer peer;
    daemon_process daemon(osc_bridge(free_udp_port(), peer.port()));
    {
        const web_client page = open_stream(daemon.metrics_port(), "/events");
        CHECK(page.read_until("event: state\n", 20s).ends_with("event: state\n"));
    }
    const pid_t pid = daemon.program().pid();

    // A page would wake it once a second.
    CHECK(eventually([&] {
        const long before = voluntary_switches(pid);
        std::this_thread::sleep_for(2500ms);
        return voluntary_switches(pid) == before;
    }));
    CHECK(daemon.stop() == 0);
}
