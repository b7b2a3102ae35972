// SPDX-License-Identifier: MIT
// osc_out to one peer by UDP.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

#include <cstring>

using namespace tactus::testing;

namespace {

const char* const peer = "udp://127.0.0.1:57120";
const char* const named = "udp://desk.example.org:57120";

class osc_out : public test_instance {
public:
    explicit osc_out(const std::string& to = peer)
        : test_instance(load_entry(PLUGIN_FILE), "osc_out") {
        config.set("to", "\"" + to + "\"");
    }
    const tactus_output_0& output() const { return *interface<tactus_output_0>(TACTUS_OUTPUT_0); }
    /// Sends messages of these bytes; the status, and how many were accepted.
    std::pair<tactus_status, std::uint32_t> send(std::vector<byte_string> messages,
                                                 std::int64_t due_ns = 0) {
        std::vector<tactus_event> events;
        for (const byte_string& message : messages) {
            tactus_event event{};
            event.bytes = message.data();
            event.size = static_cast<std::uint32_t>(message.size());
            event.protocol = TACTUS_PROTO_OSC;
            event.due_ns = due_ns;
            events.push_back(event);
        }
        const tactus_batch batch{sizeof(tactus_batch), static_cast<std::uint32_t>(events.size()),
                                 sizeof(tactus_event), 0, events.data()};
        std::uint32_t accepted = 0;
        const tactus_status status = output().send(plugin(), &batch, &accepted);
        return {status, accepted};
    }
    std::pair<tactus_status, std::uint32_t> send(std::size_t count) {
        return send(std::vector<byte_string>(count, byte_string{'/', 'a', 0, 0}));
    }
    test_socket& socket() { return *host.socket_to(peer); }
};

const std::pair<tactus_status, std::uint32_t> down{TACTUS_E_CLOSED, 0};

std::pair<tactus_status, std::uint32_t> ok(std::uint32_t count) {
    return {TACTUS_OK, count};
}

} // namespace

TEST_CASE("its port is offline until the peer is resolved, then up") {
    osc_out made(named);
    made.host.names["desk.example.org"] = "127.0.0.1";
    made.host.is_resolve_held = true;
    made.start();
    REQUIRE(made.host.ports.size() == 1);
    CHECK(made.host.ports[1].key == named);
    CHECK_FALSE(made.host.ports[1].is_up);
    CHECK(made.send(1) == down);

    made.host.is_resolve_held = false;
    made.host.settle();

    REQUIRE(made.host.ports[1].is_up);
    CHECK(made.send(1) == ok(1));
    CHECK(made.socket().sent.size() == 1);
}

TEST_CASE("messages go out as they are, in order, in one send call") {
    osc_out made;
    made.start();

    CHECK(made.send({{'/', 'a', 0, 0}, {'/', 'b', 0, 0}}, 5) == ok(2));

    CHECK(made.socket().send_calls == 1);
    CHECK(made.socket().sent == std::vector<byte_string>{{'/', 'a', 0, 0}, {'/', 'b', 0, 0}});
}

TEST_CASE("IPv6 peers are reached, however the address is written") {
    const std::string to =
        GENERATE(as<std::string>(), "udp://[::1]:9", "udp://[0:0:0:0:0:0:0:1]:9",
                 "udp://[1:2:3:4:5:6:7:8]:9000", "udp://[fe80:0:0:0:a:b:c:d%lo]:65535",
                 "udp://[fe80::1%lo]:9000", "udp://[ff02::1%lo]:9000");
    CAPTURE(to);
    osc_out made(to);
    made.start();

    CHECK(made.host.socket_to(to) != nullptr);
}

TEST_CASE("a batch of any size goes out whole") {
    const std::uint32_t count = GENERATE(0u, 1u, 64u, 65u, 1000u);
    osc_out made;
    made.start();

    CHECK(made.send(count) == ok(count));
    CHECK(made.socket().sent.size() == count);
}

TEST_CASE("with time tags each message is a bundle with its due time") {
    osc_out made;
    made.config.set("timetags", "\"bundle\"");
    made.start();

    CHECK(made.send({{'/', 'a', 0, 0}, {'/', 'b', 'c', 0, ',', 0, 0, 0}}, 2'500'000'000) == ok(2));

    CHECK(made.socket().sent[0] == byte_string{'#', 'b', 'u', 'n', 'd',  'l', 'e', 0,
                                               0,   0,   0,   2,   0x80, 0,   0,   0,
                                               0,   0,   0,   4,   '/',  'a', 0,   0});
    CHECK(made.socket().sent[1].size() == 28);
    CHECK(made.socket().sent[1][19] == 8);
}

TEST_CASE("an event without due time gets the time tag for at once") {
    osc_out made;
    made.config.set("timetags", "\"bundle\"");
    made.start();

    made.send({{'/', 'a', 0, 0}}, 0);

    const byte_string tag(made.socket().sent[0].begin() + 8, made.socket().sent[0].begin() + 16);
    CHECK(tag == byte_string{0, 0, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("bundles that need more than the arena at once go out in parts") {
    osc_out made;
    made.config.set("timetags", "\"bundle\"");
    made.start();

    CHECK(made.send(std::vector<byte_string>(9, byte_string(60'000, 1)), 1) == ok(9));

    REQUIRE(made.socket().sent.size() == 9);
    CHECK(made.socket().send_calls > 1);
    CHECK(made.socket().sent[8].size() == 60'020);
    CHECK(made.socket().sent[8].back() == 1);
}

TEST_CASE("with bundle = true what leaves together is one datagram, in order") {
    osc_out made;
    made.config.set("bundle", "true");
    made.start();

    CHECK(made.send({{'/', 'a', 0, 0}, {'/', 'b', 'c', 0, ',', 0, 0, 0}}, 0) == ok(2));

    REQUIRE(made.socket().sent.size() == 1);
    CHECK(made.socket().sent[0] ==
          byte_string{'#', 'b', 'u', 'n', 'd', 'l', 'e', 0, 0, 0, 0,   0,   0,   0, 0,   1, 0, 0,
                      0,   4,   '/', 'a', 0,   0,   0,   0, 0, 8, '/', 'b', 'c', 0, ',', 0, 0, 0});
}

TEST_CASE("with bundle = true a message that leaves alone goes out bare") {
    osc_out made;
    made.config.set("bundle", "true");
    made.start();

    made.send({{'/', 'a', 0, 0}}, 0);

    CHECK(made.socket().sent[0] == byte_string{'/', 'a', 0, 0});
}

TEST_CASE("a bundle of several messages stays within 1400 bytes, and none is lost") {
    osc_out made;
    made.config.set("bundle", "true");
    made.start();

    CHECK(made.send(std::vector<byte_string>(200, byte_string(100, 1)), 0) == ok(200));

    std::size_t messages = 0;
    for (const byte_string& datagram : made.socket().sent) {
        CHECK(datagram.size() <= 1400);
        messages += (datagram.size() - 16) / 104;
    }
    CHECK(messages == 200);
    CHECK(made.socket().sent.size() == 16); // 13 messages each, and the rest
}

TEST_CASE("events are wanted ahead of due only with time tags") {
    osc_out without;
    osc_out with;
    with.config.set("timetags", "\"bundle\"");
    without.configure();
    with.configure();

    CHECK(without.output().ahead_ns(without.plugin()) == 0);
    CHECK(with.output().ahead_ns(with.plugin()) == 200'000'000);
}

TEST_CASE("a full socket keeps the rest, and the kernel hears when there is room") {
    osc_out made;
    made.start();
    made.socket().send_room = 2;
    made.socket().send_status = TACTUS_E_AGAIN;

    CHECK(made.send(5) == std::pair<tactus_status, std::uint32_t>{TACTUS_E_AGAIN, 2});
    made.host.settle();
    CHECK(made.host.writable_ports.empty());
    REQUIRE(made.host.pending("writable") == 1);
    made.host.complete("writable", TACTUS_OK, 0);
    made.host.settle();

    CHECK(made.host.writable_ports == std::vector<std::uint32_t>{1});
    CHECK(made.host.pending("writable") == 0);
}

TEST_CASE("a refused datagram names itself, and the peer is looked up anew while it serves on") {
    osc_out made(named);
    made.host.names["desk.example.org"] = "127.0.0.1";
    made.start();
    made.socket().send_room = 1;
    made.socket().send_status = TACTUS_E_IO;

    CHECK(made.send(3) == std::pair<tactus_status, std::uint32_t>{TACTUS_E_IO, 1});
    made.socket().send_room = 100;
    CHECK(made.send(1) == ok(1));
    made.host.is_resolve_held = true;
    made.host.advance_to(made.host.now_ns() + 2'000'000'000);
    CHECK(made.host.pending("resolve") == 1);
    made.host.is_resolve_held = false;
    made.host.settle();

    CHECK(made.host.ports[1].is_up);
    CHECK(made.host.open_sockets() == 1);
    CHECK(made.send(1) == ok(1));
    CHECK(made.socket().sent.size() == 3); // the same address: the same socket
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a peer that cannot be connected is tried again, later and later") {
    osc_out made;
    made.host.failing["udp.open"] = TACTUS_E_IO;
    CHECK(made.start() == TACTUS_OK);
    CHECK_FALSE(made.host.ports[1].is_up);
    CHECK(made.host.log.size() == 1);

    made.host.advance_to(made.host.now_ns() + 3'500'000'000); // after 1 s and 2 s more
    CHECK(made.host.log.size() == 3);
    made.host.failing.clear();
    made.host.advance_to(made.host.now_ns() + 10'000'000'000);

    CHECK(made.host.ports[1].is_up);
    CHECK(made.send(1) == ok(1));
}

TEST_CASE("peers that are none are refused at their key") {
    const std::string to = GENERATE(as<std::string>(), "udp://127.0.0.1", "udp://:99", "udp://h:0",
                                    "udp://h:65536", "udp://h:x", "tcp://h", "h:99", "", "unix://x",
                                    "udp://127.1:9", "tcp://1.2.3.256:9", "udp://[fe80::1%]:9",
                                    "udp://127.0.0.1%lo:9", "udp://a b:9", "udp://[::1]x:9");
    osc_out made(to);

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "to");
}

TEST_CASE("names are peers") {
    osc_out made(GENERATE(as<std::string>(), "udp://localhost:57120", "udp://my_desk-2.local:9",
                          "tcp://10.in-addr.arpa:9"));

    CHECK(made.configure() == TACTUS_OK);
}

TEST_CASE("stop ends a look-up that is under way, and closes the socket") {
    const bool is_held = GENERATE(true, false);
    osc_out made(named);
    made.host.names["desk.example.org"] = "127.0.0.1";
    made.host.is_resolve_held = is_held;
    made.start();
    CHECK(made.host.pending("resolve") == (is_held ? 1 : 0));

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.send(1) == down);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("stop while the socket is full leaves no op") {
    osc_out made;
    made.start();
    made.socket().send_room = 0;
    made.socket().send_status = TACTUS_E_AGAIN;
    made.send(1);
    made.host.settle();
    REQUIRE(made.host.pending("writable") == 1);

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}
