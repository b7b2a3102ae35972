// SPDX-License-Identifier: MIT
// osc_out on a machine whose own address changes, as by DHCP or in another Wi-Fi.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

using namespace tactus::testing;

namespace {

const char* const desk = "udp://10.9.0.99:9000";
const char* const ad_hoc_peer = "udp://10.9.0.77:9000";
const char* const page = "udp://10.9.0.55:41234"; // reply_to
const char* const moved = "udp://10.0.0.2:40000";
const char* const passed = "osc_replies_passed_total";
const char* const dropped = "osc_replies_dropped_total";
const byte_string message{'/', 'a', 0, 0};

class osc_out : public test_instance {
public:
    explicit osc_out(const std::string& to = desk)
        : test_instance(load_entry(PLUGIN_FILE), "osc_out") {
        config.set("to", "\"" + to + "\"");
        config.set("reply_to", "\"" + std::string(page) + "\"");
        config.add("allow_peers", "\"10.9.0.0/24\"");
    }
    tactus_status send(std::uint32_t port = 0) { return send_one(TACTUS_PROTO_OSC, message, port); }
    // The port of an ad-hoc peer.
    std::uint32_t admit() {
        const std::string name = ad_hoc_peer;
        output().want_port(plugin(), {name.data(), name.size()});
        return host.ports.rbegin()->first;
    }
    std::size_t sent(const std::string& to) { return host.socket_to(to)->sent.size(); }
    void answer_from(const std::string& peer) {
        host.socket_to(peer)->inbound.push_back({message});
        host.settle();
    }
    void refuse(const std::string& to, std::uint32_t after = 0) {
        host.socket_to(to)->send_room = after;
        host.socket_to(to)->send_status = TACTUS_E_IO;
    }
    void let_pass(std::int64_t ms) { host.advance_to(host.now_ns() + ms * 1'000'000); }

private:
    const tactus_output_0& output() { return *interface<tactus_output_0>(TACTUS_OUTPUT_0); }
};

} // namespace

TEST_CASE("a peer is sent to from this machine's new address when the old one has gone") {
    osc_out made;
    made.start();
    CHECK(made.send() == TACTUS_OK);
    made.let_pass(1'000);

    made.host.own_address = moved;
    CHECK(made.send() == TACTUS_E_IO);
    made.host.settle();

    CHECK(made.send() == TACTUS_OK);
    CHECK(made.host.socket_to(desk)->own == moved);
    CHECK(made.host.open_sockets() == 2); // and the one to reply_to
    made.answer_from(desk);
    CHECK(made.host.metrics[passed] == 1);
    CHECK(made.host.log.size() == 1); // that the peer loses packets
    CHECK(made.host.breaches.empty());
}

TEST_CASE("while this machine has no address a new socket is tried later and later") {
    osc_out made;
    made.start();
    made.host.own_address = moved;
    made.host.failing["udp.open"] = TACTUS_E_IO;

    CHECK(made.send() == TACTUS_E_IO);
    made.let_pass(1'000 + 1'000 + 2'000);
    made.host.failing.clear();
    CHECK(made.send() == TACTUS_E_IO);
    made.let_pass(4'000);

    CHECK(made.send() == TACTUS_OK);
    CHECK(made.host.ports[1].is_up);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a peer that refuses for another reason is sent to from the same port as before") {
    osc_out made;
    made.start();
    CHECK(made.send() == TACTUS_OK);

    for (int i = 0; i < 5; ++i) {
        made.refuse(desk);
        CHECK(made.send() == TACTUS_E_IO);
        made.let_pass(1'000);
    }
    made.refuse(desk, 1);
    CHECK(made.send() == TACTUS_OK);

    CHECK(made.sent(desk) == 2);
}

TEST_CASE("multicast leaves by a new socket after any refusal: interfaces have new numbers") {
    const char* const group = "udp://239.0.0.1:9";
    osc_out made(group);
    made.start();

    made.refuse(group);
    CHECK(made.send() == TACTUS_E_IO);
    made.let_pass(1'000);

    CHECK(made.send() == TACTUS_OK);
}

TEST_CASE("an ad-hoc peer gets what its old socket refused by a new one, at once") {
    osc_out made;
    made.start();
    const std::uint32_t port = made.admit();
    CHECK(made.send(port) == TACTUS_OK);

    made.host.own_address = moved;
    CHECK(made.send(port) == TACTUS_OK);

    CHECK(made.sent(ad_hoc_peer) == 1);
    CHECK(made.host.open_sockets() == 3);
    made.host.settle();
    made.answer_from(ad_hoc_peer);
    CHECK(made.host.metrics[passed] == 1);
    CHECK(made.host.log.empty());
    made.stop();
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("an ad-hoc peer's new socket is tried for once a second") {
    osc_out made;
    made.start();
    const std::uint32_t port = made.admit();
    made.host.own_address = moved;
    made.host.failing["udp.open"] = TACTUS_E_IO;
    CHECK(made.send(port) == TACTUS_E_IO);
    made.host.failing.clear();

    made.let_pass(999);
    CHECK(made.send(port) == TACTUS_E_IO);
    made.let_pass(1);
    CHECK(made.send(port) == TACTUS_OK);
}

TEST_CASE("an ad-hoc peer that refuses for another reason keeps its socket, and its port") {
    osc_out made;
    made.start();
    const std::uint32_t port = made.admit();
    CHECK(made.send(port) == TACTUS_OK);

    made.refuse(ad_hoc_peer);
    CHECK(made.send(port) == TACTUS_E_IO);
    made.refuse(ad_hoc_peer, 1);
    CHECK(made.send(port) == TACTUS_OK);

    CHECK(made.sent(ad_hoc_peer) == 2);
}

TEST_CASE("replies go on to another machine after this one's address has changed") {
    osc_out made;
    made.start();
    made.answer_from(desk);
    CHECK(made.sent(page) == 1);

    made.host.own_address = moved;
    made.answer_from(desk);

    CHECK(made.sent(page) == 1);
    CHECK(made.host.socket_to(page)->own == moved);
    CHECK(made.host.metrics[passed] == 2);
    CHECK(made.host.metrics[dropped] == 0);
}
