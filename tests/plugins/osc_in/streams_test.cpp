// SPDX-License-Identifier: MIT
// osc_in over connections, unix datagrams and multicast, and who may send.
#include "tests/plugins/osc_in/live_osc.hpp"
#include "tests/support/catch.hpp"

using namespace live_osc;
using namespace tactus::testing;

TEST_CASE("packets of a connection are emitted whole, and are not droppable") {
    osc_in made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.client();

    const std::string both = GENERATE_COPY(sized_a, slip_a);
    made.host.feed(client, both.substr(0, 5));
    made.host.settle();
    CHECK(made.host.emitted.empty());
    made.host.feed(client, both.substr(5) + both);
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 2);
    CHECK(made.host.emitted[1].bytes.size() == 8);
    CHECK_FALSE(made.host.emitted[1].is_droppable);
    CHECK(made.host.emitted[1].received_ns == made.host.now_ns());
    CHECK(made.host.emit_calls == 1);
}

TEST_CASE("a connection is not read as long as the kernel has no room") {
    osc_in made;
    made.start();
    test_stream& client = made.client();
    made.host.emit_room = 1;

    made.host.feed(client, sized_a + sized_a);
    made.host.settle();
    made.host.feed(client, sized_a);
    made.host.settle();

    CHECK(made.host.emitted.size() == 1);
    CHECK(made.host.pending("read") == 0);
    CHECK(client.inbound.size() == sized_a.size());

    made.host.make_room(100);
    made.host.settle();
    CHECK(made.host.emitted.size() == 3);
    CHECK(made.host.pending("read") == 1);
}

TEST_CASE("a browser that speaks HTTP is refused, and nothing of it is taken") {
    osc_in made;
    made.config.set("framing", GENERATE(as<std::string>(), "\"auto\"", "\"size\"", "\"slip\""));
    made.start();
    test_stream& client = made.client();

    made.host.feed(client, "POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\n" + sized_a);
    made.host.settle();

    CHECK(client.refused == "protocol");
    CHECK(made.host.emitted.empty());
}

TEST_CASE("who is refused for what he sent is named in the log, at once and within a second") {
    osc_in made;
    made.config.set("datagram_max", "16");
    made.start();
    const auto come = [&](const std::string& bytes) {
        made.host.feed(made.client(), bytes);
        made.host.settle();
        return made.host.log.size();
    };

    CHECK(come("GET / HTTP/1.1\r\n") == 1);
    CHECK(made.host.log[0].find("A connection from tcp://127.0.0.1:5000 was closed: it speaks "
                                "HTTP or TLS, and no OSC.") != std::string::npos);
    CHECK(come("GET / HTTP/1.1\r\n") == 1);
    CHECK(come("GET / HTTP/1.1\r\n") == 1);
    made.host.advance_to(made.host.now_ns() + 1'000'000'000);
    REQUIRE(made.host.log.size() == 2);
    CHECK(made.host.log[1].find("; 2 since that was said.") != std::string::npos);
    made.host.advance_to(made.host.now_ns() + 1'000'000'000);
    CHECK(come(std::string("\0\0\0\x11", 4)) == 3);
    CHECK(made.host.log[2].find("datagram_max") != std::string::npos);
}

TEST_CASE("a packet that its peer's end has cut is counted as malformed, a whole one is not") {
    struct last_words {
        std::string bytes;
        std::uint64_t malformed;
    };
    const auto one = GENERATE(values<last_words>({
        {sized_a, 0},
        {sized_a + sized_a.substr(0, 2), 1},
        {sized_a.substr(0, 11), 1},
        {slip_a, 0},
        {slip_a + slip_a.substr(0, 1), 0},
        {slip_a.substr(0, 9), 1},
        {"", 0},
        {"/", 1},
    }));
    osc_in made;
    made.start();
    test_stream& client = made.client();
    made.host.feed(client, one.bytes);
    made.host.settle();

    if (GENERATE(false, true)) {
        made.host.reset(client);
    } else {
        made.host.end(client);
    }
    made.host.settle();

    CHECK(client.is_closed);
    CHECK(made.host.rejected["malformed"] == one.malformed);
}

TEST_CASE("a packet that is too large ends its connection and is counted; others go on") {
    osc_in made;
    made.config.set("datagram_max", "16");
    made.start();
    test_stream& client = made.client();
    test_stream& other = made.client();

    made.host.feed(client, sized_a + std::string("\0\0\0\x11", 4));
    made.host.feed(other, sized_a);
    made.host.settle();

    CHECK(client.refused == "too_large");
    CHECK(made.host.rejected["too_large"] == 1);
    CHECK(made.host.emitted.size() == 2);
    CHECK_FALSE(other.is_closed);
}

TEST_CASE("a malformed packet is counted, and its connection goes on") {
    osc_in made;
    made.start();
    test_stream& client = made.client();

    made.host.feed(client, std::string(4, '\0') + sized_a);
    made.host.settle();

    CHECK(made.host.rejected["malformed"] == 1);
    CHECK(made.host.emitted.size() == 1);
}

TEST_CASE("a peer that ends or goes away ends only its own connection") {
    osc_in made;
    made.start();
    test_stream& ended = made.client();
    test_stream& reset = made.client();
    test_stream& other = made.client();

    made.host.end(ended);
    made.host.reset(reset);
    made.host.settle();
    made.host.feed(other, sized_a);
    made.host.settle();

    CHECK(ended.is_closed);
    CHECK(reset.is_closed);
    CHECK(made.host.emitted.size() == 1);
    CHECK_FALSE(made.host.stopped.has_value());
}

TEST_CASE("who is not in the list is refused, over TCP and UDP") {
    osc_in made;
    made.config.add("listen", "\"udp://0.0.0.0:9200\"");
    made.config.add("allow", "\"127.0.0.1\"");
    made.config.add("allow", "\"192.168.0.0/16\"");
    REQUIRE(made.start() == TACTUS_OK);

    CHECK(made.client("tcp://10.0.0.1:5").refused == "address");
    CHECK(made.client("tcp://[::1]:5").refused == "address");
    CHECK(made.client("tcp://192.168.77.1:5").refused.empty());
    CHECK(made.client("unix://").refused.empty());
    CHECK(made.client("").refused == "address"); // nobody knows who
    for (const char* const from :
         {"udp://10.0.0.1:5", "udp://192.169.0.1:5", "", "udp://127.0.0.1:5", "unixgram://"}) {
        test_datagram datagram{byte_string(8, 1)};
        datagram.from = from;
        made.host.deliver("udp://0.0.0.0:9200", datagram);
    }
    made.host.settle();

    CHECK(made.host.rejected["address"] == 3);
    CHECK(made.host.emitted.size() == 2);
}

TEST_CASE("an entry of the list that is no network is refused at its key") {
    osc_in made;
    made.config.add("allow", "\"" +
                                 GENERATE(as<std::string>(), "", "localhost", "10.0.0.0/33",
                                          "10.0.0.0/", "10.0.0/8", "::1/129", "10.0.0.1/x") +
                                 "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "allow");
}

TEST_CASE("with a list of senders an endpoint may be open to the network") {
    osc_in made("tcp://0.0.0.0:9100");
    made.config.add("allow", "\"10.0.0.0/8\"");

    CHECK(made.configure() == TACTUS_OK);
}

TEST_CASE("unix sockets of both kinds are listened on, with the permissions that are asked for") {
    osc_in made("unix:///run/a.sock");
    made.config.add("listen", "\"unixgram:///run/b.sock\"");
    made.config.set("socket_mode", "\"0600\"");

    REQUIRE(made.start() == TACTUS_OK);

    CHECK(made.host.socket_at("unixgram:///run/b.sock")->mode == 0600);
    test_stream& client = made.host.connect_to("unix:///run/a.sock", "unix://");
    made.host.feed(client, sized_a);
    made.host.deliver("unixgram:///run/b.sock", {byte_string(8, 1)});
    made.host.settle();
    CHECK(made.host.emitted.size() == 2);
    CHECK(made.host.ports.size() == 2);
}

TEST_CASE("permissions that are none are refused at their key") {
    osc_in made;
    made.config.set("socket_mode",
                    GENERATE(as<std::string>(), "\"\"", "\"888\"", "\"1777\"", "\"rw\""));

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "socket_mode");
}

TEST_CASE("over connections, too, SysEx is not taken from the network unless the file says so") {
    osc_in made("tcp://0.0.0.0:9100");
    made.config.add("listen", "\"unix:///run/a.sock\"");
    made.config.set("open", "true");
    REQUIRE(made.start() == TACTUS_OK);
    const auto flags_from = [&](const char* url) {
        made.host.emitted.clear();
        made.host.feed(made.host.connect_to(url, "tcp://127.0.0.1:5000"), sized_a);
        made.host.settle();
        return made.host.emitted.at(0).flags;
    };

    CHECK(flags_from("tcp://0.0.0.0:9100") == TACTUS_EVENT_NO_SYSEX); // whoever it is
    CHECK(flags_from("unix:///run/a.sock") == 0);
}

TEST_CASE("a multicast group is joined on the interface that is named") {
    osc_in made("udp://239.0.0.1:9100");
    made.config.set("interface", "\"lo\"");
    made.config.set("open", "true");

    REQUIRE(made.start() == TACTUS_OK);

    REQUIRE(made.host.socket_at("udp://239.0.0.1:9100") != nullptr);
    CHECK(made.host.socket_at("udp://239.0.0.1:9100")->device == "lo");
}

TEST_CASE("an interface that is not there is refused at its key, one of its addresses is not") {
    osc_in made;
    made.config.set("interface", "\"nosuch0\"");
    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "interface");
    CHECK(made.host.error_text.find("nosuch0") != std::string::npos);

    made.config.set("interface", "\"127.0.0.1\"");
    CHECK(made.configure() == TACTUS_OK);
}

TEST_CASE("a connection to a multicast group is refused") {
    osc_in made("tcp://239.0.0.1:9100");
    made.config.set("open", "true");

    CHECK(made.configure() == TACTUS_E_CONFIG);
}

TEST_CASE("stop ends all connections") {
    osc_in made;
    made.start();
    made.client();
    made.client();

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.open_streams() == 0);
    CHECK(made.host.breaches.empty());
}
