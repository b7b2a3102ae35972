// SPDX-License-Identifier: MIT
// osc_out to peers that events name themselves.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

#include <cstring>

using namespace tactus::testing;

namespace {

const char* const own = "udp://127.0.0.1:57120";
const byte_string message{'/', 'a', 0, 0};

class osc_out : public test_instance {
public:
    osc_out() : test_instance(load_entry(PLUGIN_FILE), "osc_out") {
        config.add("to", "\"" + std::string(own) + "\"");
        config.add("allow_peers", "\"127.0.0.1\"");
        config.add("allow_peers", "\"10.0.0.0/8\"");
    }
    const tactus_output_0& output() { return *interface<tactus_output_0>(TACTUS_OUTPUT_0); }
    tactus_status want(const std::string& name) {
        return output().want_port(plugin(), {name.data(), name.size()});
    }
    tactus_status send(std::uint32_t port) { return send_one(TACTUS_PROTO_OSC, message, port); }
    std::uint32_t port_of(const std::string& key) const {
        for (const auto& [number, port] : host.ports) {
            if (port.key == key) {
                return number;
            }
        }
        return 0;
    }
};

} // namespace

TEST_CASE("a peer that an event names becomes a port of its own, inside the networks allowed") {
    osc_out made;
    REQUIRE(made.start() == TACTUS_OK);

    const std::string name = GENERATE(as<std::string>(), "10.1.2.3:9000", "udp://10.1.2.3:9000");
    CHECK(made.want(name) == TACTUS_OK);

    const std::uint32_t port = made.port_of("udp://10.1.2.3:9000");
    REQUIRE(port != 0);
    CHECK(made.host.ports[port].name == "10.1.2.3:9000");
    CHECK(made.send(port) == TACTUS_OK);
    CHECK(made.host.socket_to("udp://10.1.2.3:9000")->sent == std::vector<byte_string>{message});
    CHECK(made.host.socket_to(own)->sent.empty());
}

TEST_CASE("what is not allowed, or is no numeric address, becomes no port") {
    osc_out made;
    made.start();

    for (const char* const name : {"11.0.0.1:9", "udp://11.0.0.1:9", "127.0.0.2:9", "[::1]:9"}) {
        CAPTURE(name);
        CHECK(made.want(name) == TACTUS_E_DENIED);
    }
    for (const char* const name : {"localhost:9", "10.0.0.1", "bus 1", "", "tcp://10.0.0.1:9"}) {
        CAPTURE(name);
        CHECK(made.want(name) == TACTUS_E_INVALID);
    }
    CHECK(made.host.ports.size() == 1);
    CHECK(made.host.open_sockets() == 1);
}

TEST_CASE("without a list of networks no event names its own peer") {
    osc_out made;
    made.config.unset("allow_peers");
    made.start();

    CHECK(made.want("127.0.0.1:9") == TACTUS_E_DENIED);
}

TEST_CASE("the ad-hoc peer that was longest not sent to gives its place to a new one") {
    osc_out made;
    made.start();
    for (int i = 0; i < 64; ++i) {
        REQUIRE(made.want("10.0.0.1:" + std::to_string(1000 + i)) == TACTUS_OK);
    }
    const std::uint32_t second = made.port_of("udp://10.0.0.1:1001");
    CHECK(made.send(made.port_of("udp://10.0.0.1:1000")) == TACTUS_OK);

    CHECK(made.want("10.0.0.2:9") == TACTUS_OK);

    CHECK(made.host.ports.size() == 65);
    CHECK(made.host.open_sockets() == 65);
    CHECK(made.port_of("udp://10.0.0.1:1000") != 0);
    CHECK(made.port_of("udp://10.0.0.1:1001") == 0);
    CHECK(made.send(second) == TACTUS_E_CLOSED); // what still waits for it is dropped
}

TEST_CASE("all spellings of an address are one ad-hoc peer, and each of them finds it") {
    const auto [plain, other] = GENERATE(table<std::string, std::string>(
        {{"10.0.0.1:9000", "10.0.0.1:09000"}, {"[fd00::1:a]:9", "[FD00:0::0001:A]:009"}}));
    osc_out made;
    made.config.add("allow_peers", "\"fd00::/8\"");
    made.start();
    REQUIRE(made.want(other) == TACTUS_OK);
    const std::uint32_t port = made.port_of("udp://" + plain);
    REQUIRE(port != 0);
    CHECK(made.host.ports[port].name == other);

    for (const std::string& name : {"udp://" + other, plain, other, "udp://" + plain}) {
        CHECK(made.want(name) == TACTUS_OK);
        CHECK((made.host.ports[port].name == name || made.host.ports[port].key == name));
    }

    CHECK(made.host.ports[port].name == plain);
    CHECK(made.host.ports.size() == 2);
    CHECK(made.host.open_sockets() == 2);
    CHECK(made.send(port) == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("an ad-hoc peer keeps its interface, which may be away") {
    osc_out made;
    made.config.add("allow_peers", "\"fe80::/10\"");
    made.start();

    CHECK(made.want("[FE80::1%lo]:9000") == TACTUS_OK);
    CHECK(made.port_of("udp://[fe80::1%lo]:9000") != 0);
    CHECK(made.want("[fe80::1%nosuch0]:9000") == TACTUS_E_INVALID);
    CHECK(made.host.ports.size() == 2);
}

TEST_CASE("an ad-hoc peer that is refused in the end costs no other its place") {
    osc_out made;
    made.start();
    for (int i = 0; i < 64; ++i) {
        REQUIRE(made.want("10.0.0.1:" + std::to_string(1000 + i)) == TACTUS_OK);
    }

    made.host.failing[GENERATE(as<std::string>(), "udp.open", "ports.add")] = TACTUS_E_IO;
    CHECK(made.want("10.0.0.2:9") == TACTUS_E_INVALID);

    CHECK(made.host.ports.size() == 65);
    CHECK(made.host.open_sockets() == 65);
    CHECK(made.send(made.port_of("udp://10.0.0.1:1000")) == TACTUS_OK);
}

TEST_CASE("a name of 72 bytes may be an ad-hoc peer's, a longer one is none") {
    osc_out made;
    made.start();
    const std::string start = "10.0.0.1:";

    CHECK(made.want(start + std::string(72 - start.size() - 1, '0') + "9") == TACTUS_OK);
    CHECK(made.want(start + std::string(72 - start.size(), '0') + "8") == TACTUS_E_INVALID);
    CHECK(made.host.ports.size() == 2);
}

TEST_CASE("an ad-hoc peer whose socket is full loses what comes, and nobody waits") {
    osc_out made;
    made.start();
    made.want("10.0.0.1:9");
    made.host.socket_to("udp://10.0.0.1:9")->send_room = 0;
    made.host.socket_to("udp://10.0.0.1:9")->send_status = TACTUS_E_AGAIN;

    CHECK(made.send(made.port_of("udp://10.0.0.1:9")) == TACTUS_E_IO);
    CHECK(made.send(0) == TACTUS_OK);
}

TEST_CASE("a list entry that is no network is refused at its key") {
    osc_out made;
    made.config.add("allow_peers", "\"everywhere\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "allow_peers");
}

TEST_CASE("stop closes the ad-hoc peers too") {
    osc_out made;
    made.start();
    made.want("10.0.0.1:9");

    made.stop();

    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("what an ad-hoc peer answers is sent on to reply_to, until it gives its place up") {
    osc_out made;
    made.config.set("reply_to", "\"udp://127.0.0.1:41234\"");
    made.start();
    REQUIRE(made.want("10.0.0.1:9") == TACTUS_OK);
    made.host.settle();
    CHECK(made.host.pending("recv") == 2); // the peer's, too

    made.host.socket_to("udp://10.0.0.1:9")->inbound.push_back({message});
    made.host.settle();
    CHECK(made.host.socket_to("udp://127.0.0.1:41234")->sent == std::vector<byte_string>{message});

    for (int i = 0; i < 64; ++i) {
        REQUIRE(made.want("10.0.0.2:" + std::to_string(1000 + i)) == TACTUS_OK);
    }
    made.host.settle();
    CHECK(made.host.socket_to("udp://10.0.0.1:9") == nullptr);
    CHECK(made.host.pending("recv") == 65);
    CHECK(made.host.log.empty());

    made.stop();
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("where replies go can be no ad-hoc peer") {
    osc_out made;
    made.config.set("reply_to", "\"udp://127.0.0.1:41234\"");
    made.start();

    CHECK(made.want("127.0.0.1:41234") == TACTUS_E_DENIED);
    CHECK(made.want("127.0.0.1:41235") == TACTUS_OK);
}
