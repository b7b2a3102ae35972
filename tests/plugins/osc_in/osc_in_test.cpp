// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

using namespace tactus::testing;

namespace {

const char* const v4 = "udp://127.0.0.1:9100";
const char* const v6 = "udp://[::1]:9100";

class osc_in : public test_instance {
public:
    osc_in() : test_instance(load_entry(PLUGIN_FILE), "osc_in") {}
    osc_in& listen(const std::string& url) {
        config.add("listen", "\"" + url + "\"");
        return *this;
    }
};

test_datagram datagram(std::size_t size, std::int64_t received_ns = 0) {
    return {byte_string(size, 7), received_ns};
}

} // namespace

TEST_CASE("by default it listens on loopback") {
    osc_in made;

    CHECK(made.start() == TACTUS_OK);

    CHECK(made.host.socket_at(v4) != nullptr);
    CHECK(made.host.open_sockets() == 1);
    REQUIRE(made.host.ports.size() == 1);
    CHECK(made.host.ports[1].key == v4);
    CHECK(made.host.ports[1].is_up);
}

TEST_CASE("datagrams are emitted as they came, droppable, with their time of arrival") {
    osc_in made;
    made.start();

    made.host.deliver(v4, {{0x23, 0x62, 0, 1}, 1234});
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].bytes == byte_string{0x23, 0x62, 0, 1});
    CHECK(made.host.emitted[0].received_ns == 1234);
    CHECK(made.host.emitted[0].due_ns == 0);
    CHECK(made.host.emitted[0].protocol == TACTUS_PROTO_OSC);
    CHECK(made.host.emitted[0].is_droppable);
}

TEST_CASE("messages that must not become SysEx say so") {
    const bool may = GENERATE(true, false);
    osc_in made;
    made.config.set("sysex", may ? "true" : "false");
    made.start();

    made.host.deliver(v4, datagram(8));
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].flags == (may ? 0 : TACTUS_EVENT_NO_SYSEX));
}

TEST_CASE("unless the file says so, SysEx may come from this machine and not from the network") {
    osc_in made;
    for (const char* const url :
         {v4, v6, "udp://0.0.0.0:9200", "udp://192.168.1.2:9300", "unixgram:///run/x.sock"}) {
        made.listen(url);
    }
    made.config.set("open", "true");
    const bool is_said = GENERATE(false, true);
    if (is_said) {
        made.config.set("sysex", "true");
    }
    REQUIRE(made.start() == TACTUS_OK);
    const auto flags_from = [&](const char* url) {
        made.host.emitted.clear();
        made.host.deliver(url, datagram(8));
        made.host.settle();
        return made.host.emitted.at(0).flags;
    };
    const int network = is_said ? 0 : TACTUS_EVENT_NO_SYSEX;

    CHECK(flags_from(v4) == 0);
    CHECK(flags_from(v6) == 0);
    CHECK(flags_from("unixgram:///run/x.sock") == 0);
    CHECK(flags_from("udp://0.0.0.0:9200") == network);
    CHECK(flags_from("udp://192.168.1.2:9300") == network);
}

TEST_CASE("up to 64 datagrams are one batch") {
    osc_in made;
    made.start();

    for (int i = 0; i < 65; ++i) {
        made.host.deliver(v4, datagram(8));
    }
    made.host.settle();

    CHECK(made.host.emitted.size() == 65);
    CHECK(made.host.emit_calls == 2);
}

TEST_CASE("several endpoints, IPv4 and IPv6, are a port each and are all heard") {
    osc_in made;
    made.listen(v4).listen(v6);
    CHECK(made.start() == TACTUS_OK);

    made.host.deliver(v4, datagram(4));
    made.host.deliver(v6, datagram(8));
    made.host.settle();

    CHECK(made.host.ports.size() == 2);
    REQUIRE(made.host.emitted.size() == 2);
    CHECK(made.host.emitted[0].bytes.size() + made.host.emitted[1].bytes.size() == 12);
}

TEST_CASE("what the network can reach is refused unless it is said to be open") {
    const std::string url =
        GENERATE(as<std::string>(), "udp://0.0.0.0:9100", "udp://[::]:9100",
                 "udp://192.168.1.2:9100", "udp://[::ffff:10.0.0.1]:9100", "udp://128.0.0.1:9100",
                 "udp://[fe80::1%lo]:9100", "udp://[ff02::1%lo]:9100");
    osc_in closed;
    closed.listen(url);
    CHECK(closed.configure() == TACTUS_E_CONFIG);
    CHECK(closed.host.error_key == "listen");
    CHECK(closed.host.error_text.find("open = true") != std::string::npos);

    osc_in open;
    open.listen(url).config.set("open", "true");
    CHECK(open.configure() == TACTUS_OK);
}

TEST_CASE("all of 127.0.0.0/8 and ::1 is loopback") {
    const std::string url =
        GENERATE(as<std::string>(), "udp://127.0.0.1:1", "udp://127.255.0.9:65535",
                 "udp://[::1%lo]:9100", "udp://[::ffff:127.0.0.1]:9100", v6);
    osc_in made;
    made.listen(url);

    CAPTURE(url);
    CHECK(made.configure() == TACTUS_OK);
    CHECK(made.host.error_text.empty());
}

TEST_CASE("endpoints that are none are refused at their key") {
    const std::string url = GENERATE(as<std::string>(), "udp://localhost:9100", "udp://127.0.0.1",
                                     "127.0.0.1:9100", "udp://:9100", "udp://127.0.0.1:65536",
                                     "udp://127.0.0.1:x", "udp://127.0.0.1:", "");
    osc_in made;
    made.listen(url);

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "listen");
}

TEST_CASE("a name to listen on is refused with the addresses to write, localhost with both") {
    const std::string scheme = GENERATE(as<std::string>(), "udp", "tcp");
    osc_in made;
    made.listen(scheme + "://LocalHost:9100");
    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_text == "\"" + scheme +
                                      "://LocalHost:9100\" is a name for two addresses; write \"" +
                                      scheme + "://127.0.0.1:9100\" for IPv4, \"" + scheme +
                                      "://[::1]:9100\" for IPv6, or both where a list is taken.");

    osc_in other;
    other.listen("udp://desk:9100");
    CHECK(other.configure() == TACTUS_E_CONFIG);
    CHECK(other.host.error_text.find("not a numeric address") != std::string::npos);
}

TEST_CASE("what stands between the bracket and the port is named") {
    osc_in made;
    made.listen("udp://[::1]x:9100");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_text == "\"udp://[::1]x:9100\": \"x\" is unexpected between the address "
                                  "and the port; expected \"[::1]:9100\".");
}

TEST_CASE("an endpoint with its interface is a port by that name") {
    osc_in made;
    made.listen("udp://[fe80::1%lo]:9100").config.set("open", "true");

    CHECK(made.start() == TACTUS_OK);

    CHECK(made.host.ports[1].key == "udp://[fe80::1%lo]:9100");
}

TEST_CASE("an endpoint that is listed twice is refused") {
    osc_in made;
    made.listen(v4).listen(v4);

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_text.find("twice") != std::string::npos);
}

TEST_CASE("no endpoint at all is refused") {
    osc_in made;
    made.config.unset("listen");

    CHECK(made.configure() == TACTUS_E_CONFIG);
}

TEST_CASE("long, empty and lost datagrams are counted, each for its reason") {
    osc_in made;
    made.config.set("datagram_max", "16");
    made.start();
    made.host.socket_at(v4)->overflows = 5;

    made.host.deliver(v4, datagram(17));
    made.host.deliver(v4, datagram(0));
    made.host.deliver(v4, datagram(16));
    made.host.settle();

    CHECK(made.host.emitted.size() == 1);
    CHECK(made.host.rejected["too_large"] == 1);
    CHECK(made.host.rejected["malformed"] == 1);
    CHECK(made.host.rejected["overrun"] == 5);
    made.host.socket_at(v4)->overflows = 7;
    made.host.deliver(v4, datagram(16));
    made.host.settle();
    made.host.deliver(v4, datagram(16));
    made.host.settle();
    CHECK(made.host.rejected["overrun"] == 7);
}

TEST_CASE("a socket that cannot be had refuses the start with the host's reason") {
    osc_in made;
    made.host.failing["udp.open"] = TACTUS_E_IO;

    CHECK(made.start() == TACTUS_E_IO);
    CHECK(made.host.error_text == "the host's reason");
    CHECK(made.host.ports.empty());
}

TEST_CASE("a receive that fails ends the input, and every socket with it") {
    osc_in made;
    made.listen(v4).listen(v6).start();

    made.host.complete("recv", TACTUS_E_IO, 0);
    made.host.settle();

    CHECK(made.host.stopped == TACTUS_E_IO);
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("stop closes all sockets and leaves no op") {
    osc_in made;
    made.listen(v4).listen(v6).start();

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.breaches.empty());
}
