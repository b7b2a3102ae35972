// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

#include <array>

using namespace tactus;
using namespace tactus::testing;

namespace {

constexpr const char* here_url = "udp://127.0.0.1:9000";

task<> note_sizes(context& here) {
    udp_socket socket = udp_socket::bind(here, here_url);
    datagram_ring ring(2, 8);
    for (;;) {
        const std::span<const tactus_datagram> got = co_await socket.recv(ring);
        std::string sizes;
        for (const tactus_datagram& each : got) {
            sizes += std::to_string(each.size) + (each.truncated != 0 ? "! " : " ");
        }
        probe::seen.push_back(sizes);
    }
}

} // namespace

TEST_CASE("datagrams come in batches of the ring's size, and long ones are marked") {
    probe_instance made(&note_sizes);
    made.start();

    made.host.deliver(here_url, {byte_string(3), 5});
    made.host.deliver(here_url, {byte_string(9), 6});
    made.host.deliver(here_url, {byte_string(0), 7});
    made.host.settle();

    CHECK(probe::seen == std::vector<std::string>{"3 8! ", "0 "});
}

TEST_CASE("the socket is closed when its owner ends") {
    probe_instance made(&note_sizes);
    made.start();
    CHECK(made.host.open_sockets() == 1);

    made.stop();

    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a socket that cannot be had keeps the host's own reason") {
    probe_instance made(&note_sizes);
    made.host.failing["udp.open"] = TACTUS_E_IO;

    CHECK(made.start() == TACTUS_E_IO);
    CHECK(made.host.error_text == "the host's reason");
}

TEST_CASE("an endpoint whose interface is not there is refused with what to do next") {
    probe_instance made([](context& here) -> task<> {
        (void)udp_socket::bind(here, "udp://[fe80::1%nosuch0]:9");
        co_return;
    });

    CHECK(made.start() == TACTUS_E_IO);
    CHECK(made.host.error_text.find("udp://[fe80::1%nosuch0]:9: there is no network interface "
                                    "\"nosuch0\" (\"ip link\" lists them)") != std::string::npos);
}

TEST_CASE("an endpoint that is none is refused by its text") {
    probe_instance made([](context& here) -> task<> {
        udp_socket::bind(here, "udp://localhost:9000");
        co_return;
    });

    CHECK(made.start() == TACTUS_E_INVALID);
    CHECK(made.host.error_text.substr(0, 20) == "udp://localhost:9000");
}

TEST_CASE("a receive that fails throws") {
    probe_instance made(&note_sizes);
    made.start();

    made.host.complete("recv", TACTUS_E_IO, 0);
    made.host.settle();

    CHECK(made.host.stopped == TACTUS_E_IO);
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("send says how many went and why not all") {
    probe_instance made([](context& here) -> task<> {
        udp_socket socket = udp_socket::connect(here, "udp://[::1]:9001");
        std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
        std::array<tactus_datagram, 3> out{};
        for (tactus_datagram& each : out) {
            each.bytes = bytes.data();
            each.size = 4;
        }
        const udp_sent sent = socket.send(out);
        probe::seen.push_back(std::to_string(sent.sent) + " " + std::to_string(sent.status));
        co_await socket.writable();
        probe::seen.push_back("writable");
        socket.close();
        probe::seen.push_back(std::to_string(socket.send(out).status));
        co_await here.until_stop();
    });
    made.configure();
    made.start_only();
    test_socket* peer = made.host.socket_to("udp://[::1]:9001");
    REQUIRE(peer != nullptr);
    CHECK(peer->sent.size() == 3);
    made.host.complete("writable", TACTUS_OK, 0);
    made.host.settle();

    CHECK(probe::seen ==
          std::vector<std::string>{"3 0", "writable", std::to_string(TACTUS_E_CLOSED)});
}
