// SPDX-License-Identifier: MIT
// "[::]" hears IPv4, too, and who comes by IPv4 is an IPv4 address to plugins.
#include "tests/kernel/host/stream_case.hpp"
#include "tests/kernel/host/udp_case.hpp"

#include <cstring>

#include <netinet/in.h>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

std::string port_of(const std::string& endpoint) {
    return endpoint.substr(endpoint.rfind(':') + 1);
}

struct both_case : udp_case {
    tactus_id open_at(const std::string& local) const {
        tactus_udp_options wish{};
        wish.struct_size = sizeof wish;
        wish.local = str(local);
        tactus_id id = 0;
        REQUIRE(udp().open_with(host(), &wish, &id) == TACTUS_OK);
        return id;
    }
    std::string port_at(tactus_id socket) const {
        return port_of(text_of(net::from_plugin(where(socket)), net::transport::udp));
    }
    // What comes next, from whom.
    std::string receive(tactus_id at, inbox& in) {
        REQUIRE(udp().recv(host(), in.op, at, in.datagrams.data(), 1) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return in.op.dones > 0; }));
        return in.text(0);
    }
};

TEST_CASE_METHOD(both_case, "[::] hears datagrams by IPv4 and by IPv6, and answers who sent them") {
    const bool is_by_wish = GENERATE(false, true);
    const std::string loopback = GENERATE("127.0.0.1", "[::1]");
    const tactus_id here = is_by_wish ? open_at("udp://[::]:0") : bind("udp://[::]:0");
    const tactus_id peer = bind("udp://" + loopback + ":0");
    const tactus_id to_here = connect(parse("udp://" + loopback + ":" + port_at(here)));
    inbox in;

    CHECK(send(to_here, {"hello"}) == 1);
    CHECK(receive(here, in) == "hello");

    const bool is_four = loopback == "127.0.0.1";
    tactus_datagram& heard = in.datagrams[0];
    CHECK(heard.peer.size == (is_four ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
    CHECK(text_of(net::from_plugin(heard.peer), net::transport::udp) ==
          "udp://" + loopback + ":" + port_at(to_here));

    tactus_datagram answer = heard;
    answer.peer = where(peer);
    std::uint32_t sent = 0;
    CHECK(udp().send(host(), here, &answer, 1, &sent) == TACTUS_OK);
    inbox back;
    CHECK(receive(peer, back) == "hello");
}

TEST_CASE_METHOD(both_case, "an IPv6 address of its own hears no IPv4") {
    const tactus_id here = bind("udp://[::1]:0");
    const tactus_id other = bind("udp://127.0.0.1:" + port_at(here)); // the port is free there

    CHECK(other != here);
}

TEST_CASE_METHOD(both_case, "[::] cannot be had where somebody has the port by IPv4") {
    const tactus_id other = bind("udp://127.0.0.1:0");
    const tactus_address all = parse("udp://[::]:" + port_at(other));
    tactus_id id = 0;

    CHECK(udp().open(host(), &all, nullptr, &id) == TACTUS_E_IO);
    CHECK_THAT(one->last_error().text,
               Contains("Another program has this port") || Contains("Address already in use"));
}

TEST_CASE_METHOD(stream_case,
                 "[::] takes connections by IPv4 and by IPv6, whose names are theirs") {
    begin();
    const std::string loopback = GENERATE("127.0.0.1", "[::1]");
    const tactus_id door = listen("tcp://[::]:0");
    CHECK_THAT(local(door), StartsWith("tcp://[::]:"));
    const std::string at = "tcp://" + loopback + ":" + port_of(local(door));
    const raw_peer peer(raw_peer::connect(at));

    const tactus_id id = accept(door);

    tactus_stream_peer from{};
    from.struct_size = sizeof from;
    REQUIRE(streams().peer(host(), id, &from) == TACTUS_OK);
    CHECK_THAT(from.endpoint.text, StartsWith("tcp://" + loopback + ":"));
    CHECK(from.address.size ==
          (loopback == "127.0.0.1" ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
    CHECK(local(id) == at);
}

TEST_CASE_METHOD(stream_case, "[::] is taken where somebody listens by IPv4, and the other way") {
    begin();
    const bool is_four_first = GENERATE(true, false);
    const tactus_id door = listen(is_four_first ? "tcp://127.0.0.1:0" : "tcp://[::]:0");

    const std::string other = is_four_first ? "tcp://[::]:" : "tcp://0.0.0.0:";
    CHECK(try_listen(other + port_of(local(door))) == TACTUS_E_IO);
    CHECK_THAT(one->last_error().text, Contains("Another program has this port"));
}

} // namespace
