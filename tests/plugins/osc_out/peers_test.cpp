// SPDX-License-Identifier: MIT
// osc_out over connections, to several peers, by multicast and unix datagrams.
#include "tests/plugins/osc_out/osc_out_case.hpp"
#include "tests/support/catch.hpp"

#include <cerrno>
#include <cstring>

using namespace tactus::testing;

namespace {

const byte_string with_end{'/', 0xc0, 0xdb, 0};

} // namespace

TEST_CASE("packets on a connection follow their size") {
    osc_out made;
    REQUIRE(made.start() == TACTUS_OK);
    CHECK(made.is_up(door));

    CHECK(made.send({a, with_end}) == ok(2));

    CHECK(made.peer().sent ==
          byte_string{0, 0, 0, 4, '/', 'a', 0, 0, 0, 0, 0, 4, '/', 0xc0, 0xdb, 0});
    CHECK(made.peer().chunks.size() == 2);
}

TEST_CASE("with framing = slip packets stand between ENDs, escaped") {
    osc_out made({"unix:///run/x.sock"});
    made.config.set("framing", "\"slip\"");
    made.start();

    CHECK(made.send({a, with_end}) == ok(2));

    CHECK(made.peer("unix:///run/x.sock").sent ==
          byte_string{0xc0, '/', 'a', 0, 0, 0xc0, 0xc0, '/', 0xdb, 0xdc, 0xdb, 0xdd, 0, 0xc0});
}

TEST_CASE("a batch of any size and the longest packets go out whole") {
    osc_out made;
    made.config.set("framing", GENERATE(as<std::string>(), "\"size\"", "\"slip\""));
    made.start();

    CHECK(made.send(std::vector<byte_string>(1000, a)) == ok(1000));
    CHECK(made.send(std::vector<byte_string>(9, byte_string(65536, 0xc0))) == ok(9));
    CHECK(made.peer().chunks.size() == 1009);
}

TEST_CASE("a peer that goes away is a port that is down, and is connected again") {
    osc_out made;
    made.start();
    test_stream& first = made.peer();

    if (GENERATE(false, true)) {
        made.host.reset(first);
    } else {
        made.host.end(first);
    }
    made.host.settle();
    CHECK_FALSE(made.is_up(door));
    CHECK(first.is_closed);
    CHECK(made.send({a}) == std::pair<tactus_status, std::uint32_t>{TACTUS_E_CLOSED, 0});

    made.let_pass(500);
    CHECK(made.is_up(door));
    CHECK(&made.peer() != &first);
    CHECK(made.send({a}) == ok(1));
}

TEST_CASE("what the peer says is not listened to") {
    osc_out made;
    made.start();

    made.host.feed(made.peer(), std::string(100'000, 'x'));
    made.host.settle();

    CHECK(made.peer().inbound.empty());
    CHECK(made.is_up(door));
}

TEST_CASE("a peer that is not there is tried later and later, and soon again after a success") {
    osc_out made;
    made.host.unreachable[door] = ECONNREFUSED;
    REQUIRE(made.start() == TACTUS_OK);
    CHECK_FALSE(made.is_up(door));

    made.let_pass(600'000);
    const std::size_t attempts = made.host.log.size();
    CHECK(attempts >= 600 / 31); // at most 30 s between two
    CHECK(attempts < 200);       // and not twice a second

    made.host.unreachable.clear();
    made.let_pass(30'000);
    CHECK(made.is_up(door));
    made.let_pass(5'000); // that is a success
    made.host.end(made.peer());
    made.host.settle();
    made.let_pass(500);
    CHECK(made.is_up(door));
}

TEST_CASE("a peer that accepts and soon closes is connected to later and later") {
    const std::int64_t lives_ms = GENERATE(0, 4'900);
    osc_out made;
    made.start();

    int connections = 0;
    for (const std::int64_t end_ns = made.host.now_ns() + 3'600'000'000'000;
         made.host.now_ns() < end_ns; made.let_pass(50)) {
        if (made.is_up(door)) {
            ++connections;
            made.let_pass(lives_ms);
            made.host.end(made.peer());
            made.host.settle();
        }
    }

    CHECK(connections >= 3'600 / 35);
    CHECK(connections < 400); // and not every 5 s at the least
}

TEST_CASE("a connection that does not come about in time is given up") {
    osc_out made;
    made.host.is_connect_held = true;
    made.start();

    made.let_pass(4'999);
    CHECK(made.host.log.empty());
    made.let_pass(1);

    REQUIRE(made.host.log.size() == 1);
    CHECK(made.host.log[0].find("timed out") != std::string::npos);
}

TEST_CASE("a peer that does not read loses what does not fit, and is not waited for") {
    osc_out made;
    made.start();
    made.peer().send_room = 16;

    CHECK(made.send({a, a, a}) == std::pair<tactus_status, std::uint32_t>{TACTUS_E_IO, 2});

    made.peer().send_room = 1000;
    CHECK(made.send({a}) == ok(1));
}

TEST_CASE("several peers all get every event, each by its own way") {
    osc_out made({door, "udp://127.0.0.1:9", "unixgram:///run/y.sock"});
    made.start();

    CHECK(made.send({a, a}, made.port_of("all")) == ok(2));

    CHECK(made.host.ports.size() == 4);
    CHECK(made.host.ports.begin()->second.key == "all"); // first: what events get that ask for none
    CHECK(made.peer().chunks.size() == 2);
    CHECK(made.host.socket_to("udp://127.0.0.1:9")->sent.size() == 2);
    CHECK(made.host.socket_to("unixgram:///run/y.sock")->sent.size() == 2);
}

TEST_CASE("an event that asks for one of several peers goes there alone") {
    osc_out made({door, "udp://127.0.0.1:9"});
    made.start();

    CHECK(made.send({a}, made.port_of("udp://127.0.0.1:9")) == ok(1));

    CHECK(made.peer().sent.empty());
    CHECK(made.host.socket_to("udp://127.0.0.1:9")->sent.size() == 1);
}

TEST_CASE("a peer that is down or full costs the others nothing, and is counted") {
    osc_out made({door, "unix:///run/x.sock", "udp://127.0.0.1:9"});
    made.host.unreachable["unix:///run/x.sock"] = ENOENT;
    made.start();
    made.peer().send_room = 8;
    made.host.socket_to("udp://127.0.0.1:9")->send_room = 1;
    made.host.socket_to("udp://127.0.0.1:9")->send_status = TACTUS_E_AGAIN;

    CHECK(made.send({a, a}, made.port_of("all")) == ok(2));

    CHECK(made.host.metrics["osc_peer_dropped_total"] == 4); // one, two and one
    CHECK(made.peer().chunks.size() == 1);
}

TEST_CASE("all are down only when each of them is") {
    osc_out made({door, "unix:///run/x.sock"});
    made.host.unreachable["unix:///run/x.sock"] = ENOENT;
    made.start();
    CHECK(made.is_up("all"));

    made.host.end(made.peer());
    made.host.settle();

    CHECK_FALSE(made.is_up("all"));
    CHECK(made.send({a}, made.port_of("all")).first == TACTUS_E_CLOSED);
    CHECK(made.host.metrics["osc_peer_dropped_total"] == 0); // the kernel counts that one
}

TEST_CASE("a name that is slow to look up keeps no other peer down, and needs no worker") {
    osc_out made({"udp://slow.example.org:9", "udp://127.0.0.1:9"});
    made.host.is_resolve_held = true;
    made.host.is_work_held = true;
    made.start();

    CHECK(made.host.pending("resolve") == 1);
    CHECK(made.host.pending("work") == 0);
    CHECK(made.is_up("udp://127.0.0.1:9"));
    CHECK_FALSE(made.is_up("udp://slow.example.org:9"));
    CHECK(made.send({a}, made.port_of("all")) == ok(1));

    made.stop();
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("localhost is IPv4 over UDP, without being looked up") {
    osc_out made({GENERATE(as<std::string>(), "udp://localhost:9", "udp://LOCALHOST:9",
                           "udp://synth.localhost:9")});
    made.host.names["localhost"] = made.host.names["LOCALHOST"] = "[::1] 127.0.0.1";
    made.host.names["synth.localhost"] = "[::1] 127.0.0.1";
    made.start();

    CHECK(made.send({a}) == ok(1));
    CHECK(made.host.socket_to("udp://127.0.0.1:9") != nullptr);
    CHECK(made.host.open_sockets() == 1);
}

TEST_CASE("of several addresses of a name the first is taken that can be sent to") {
    osc_out made({"udp://desk.local:9"});
    made.host.names["desk.local"] = "[fe80::1] 10.0.0.7 10.0.0.8";
    made.host.unreachable["udp://[fe80::1]:9"] = EINVAL;
    made.start();

    CHECK(made.send({a}) == ok(1));
    CHECK(made.host.socket_to("udp://10.0.0.7:9") != nullptr);
    CHECK(made.host.open_sockets() == 1);
    CHECK(made.host.log.empty());
}

TEST_CASE("a name none of whose addresses can be sent to is tried again") {
    osc_out made({"udp://desk.local:9"});
    made.host.names["desk.local"] = "[fe80::1] 10.0.0.7";
    made.host.unreachable = {{"udp://[fe80::1]:9", EINVAL}, {"udp://10.0.0.7:9", ENETUNREACH}};
    made.start();
    CHECK_FALSE(made.is_up("udp://desk.local:9"));
    CHECK(made.host.log.size() == 1);

    made.host.unreachable.erase("udp://10.0.0.7:9");
    made.let_pass(1'000);

    CHECK(made.is_up("udp://desk.local:9"));
    CHECK(made.host.socket_to("udp://10.0.0.7:9") != nullptr);
}

TEST_CASE("a peer whose interface is not there is down, which the log tells, until it comes") {
    const std::string to = "udp://[fe80::1%nosuch0]:9";
    osc_out made({to});
    made.start();
    CHECK_FALSE(made.is_up(to));
    REQUIRE(made.host.log.size() == 1);
    CHECK(made.host.log[0].find(to + ": its network interface is not there (\"ip link\" lists "
                                     "them)") != std::string::npos);

    made.host.interfaces["nosuch0"] = 77;
    made.let_pass(1'000);

    CHECK(made.is_up(to));
}

TEST_CASE("multicast leaves by the interface and as far as asked for") {
    osc_out made({"udp://239.0.0.1:9"});
    made.host.interfaces["eth0"] = 2;
    made.config.set("interface", "\"eth0\"");
    made.config.set("hops", "4");
    made.start();

    REQUIRE(made.host.socket_to("udp://239.0.0.1:9") != nullptr);
    CHECK(made.host.socket_to("udp://239.0.0.1:9")->device == "eth0");
    CHECK(made.host.socket_to("udp://239.0.0.1:9")->hops == 4);
}

TEST_CASE("a unix receiver that was made anew is connected anew") {
    osc_out made({"unixgram:///run/y.sock"});
    made.start();
    made.host.socket_to("unixgram:///run/y.sock")->send_room = 0;
    made.host.socket_to("unixgram:///run/y.sock")->send_status = TACTUS_E_IO;

    CHECK(made.send({a}).first == TACTUS_E_IO);
    made.let_pass(1'000);

    CHECK(made.send({a}) == ok(1));
    CHECK(made.host.open_sockets() == 1);
}

TEST_CASE("a peer that is listed twice is refused at its key") {
    osc_out made({door, door});

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "to");
}

TEST_CASE("stop closes every connection, also one that is being made") {
    osc_out made({door, "unix:///run/x.sock"});
    made.host.is_connect_held = GENERATE(false, true);
    made.start();

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.open_streams() == 0);
    CHECK(made.host.breaches.empty());
}
