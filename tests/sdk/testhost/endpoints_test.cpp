// SPDX-License-Identifier: MIT
// Endpoints that the daemon refuses, the test host refuses.
#include "tests/support/catch.hpp"
#include <tactus/testhost/host.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace tactus::testing;

namespace {

tactus_str text(const char* of) {
    return {of, std::strlen(of)};
}

struct streams {
    streams() { host.is_started = true; }

    tactus_status connect(const char* to) { return table->connect(host.raw(), &op, text(to), 0); }
    tactus_status resolve(const char* name) {
        tactus_endpoint_text found[1];
        return table->resolve(host.raw(), &op, text(name), found, 1, 0);
    }
    tactus_status listen(const char* at) {
        const tactus_listen wanted{sizeof(tactus_listen), 0, text(at)};
        tactus_id made = 0;
        return table->listen(host.raw(), &wanted, &made);
    }

    test_host host;
    const tactus_stream_0* table =
        static_cast<const tactus_stream_0*>(host.raw()->get_interface(host.raw(), TACTUS_STREAM_0));
    tactus_op op{};
};

struct datagrams {
    tactus_status parse(const char* of) { return table->parse(host.raw(), text(of), &address); }
    sockaddr_in6 six() const {
        sockaddr_in6 made{};
        std::memcpy(&made, address.bytes, sizeof made);
        return made;
    }

    test_host host;
    const tactus_udp_0* table =
        static_cast<const tactus_udp_0*>(host.raw()->get_interface(host.raw(), TACTUS_UDP_0));
    tactus_address address{};
};

// What accept tells of a peer.
sockaddr_in6 peer_from(const char* endpoint) {
    streams made;
    const char* const at = "tcp://[::]:9000";
    REQUIRE(made.listen(at) == TACTUS_OK);
    const tactus_id came = made.host.connect_to(at, endpoint).id;
    tactus_stream_peer peer{};
    peer.struct_size = sizeof peer;
    REQUIRE(made.table->peer(made.host.raw(), came, &peer) == TACTUS_OK);
    sockaddr_in6 six{};
    REQUIRE(peer.address.size == sizeof six);
    std::memcpy(&six, peer.address.bytes, sizeof six);
    return six;
}

void do_nothing(tactus_op*, tactus_status, std::uint64_t) noexcept {}

std::pair<tactus_status, std::uint64_t> last_end;

void note_end(tactus_op*, tactus_status status, std::uint64_t result) noexcept {
    last_end = {status, result};
}

} // namespace

TEST_CASE("no stream has an endpoint that is none") {
    for (const char* const bad : {"tcp://127.0.0.1:99999",
                                  "tcp://127.0.0.1:65536",
                                  "tcp://127.0.0.1:",
                                  "tcp://desk:http",
                                  "tcp://desk:-1",
                                  "tcp://:9000",
                                  "tcp://desk",
                                  "desk:9000",
                                  "sctp://127.0.0.1:9000",
                                  "tcp://[127.0.0.1]:9000",
                                  "tcp://::1:9000",
                                  "tcp://de sk:9000",
                                  "tcp://1.2.3:9000",
                                  "tcp://[::1x:9000",
                                  "tcp://[::1]x:9000",
                                  "tcp://[]:9000",
                                  "tcp://[::1]",
                                  "unix://run/x.sock",
                                  "unix:/run/x.sock",
                                  ""}) {
        INFO(bad);
        streams made;
        made.op.done = &do_nothing;
        CHECK(made.connect(bad) == TACTUS_E_INVALID);
        CHECK(made.resolve(bad) == TACTUS_E_INVALID);
        CHECK(made.listen(bad) == TACTUS_E_INVALID);
        CHECK(made.host.pending() == 0);
        CHECK(made.host.streams().empty());
    }
}

TEST_CASE("a stream connects to a name, an address or a path, and listens at the last two") {
    for (const char* const good : {"tcp://desk:9000", "tcp://127.0.0.1:65535", "tcp://[::1]:0",
                                   "tcp://[fe80::1%lo]:9000", "unix:///run/x.sock"}) {
        INFO(good);
        streams made;
        made.op.done = &do_nothing;
        CHECK(made.connect(good) == TACTUS_PENDING);
        const bool is_name = std::strstr(good, "desk") != nullptr;
        CHECK(made.listen(good) == (is_name ? TACTUS_E_INVALID : TACTUS_OK));
        made.host.settle();
    }
}

TEST_CASE("a stream neither connects to datagrams nor listens at them, and finds their host") {
    streams made;
    made.op.done = &do_nothing;
    CHECK(made.connect("udp://127.0.0.1:9000") == TACTUS_E_INVALID);
    CHECK(made.listen("udp://127.0.0.1:9000") == TACTUS_E_INVALID);
    CHECK(made.resolve("udp://127.0.0.1:9000") == TACTUS_OK);
    CHECK(made.resolve("udp://desk:9000") == TACTUS_PENDING);
    made.host.settle();
}

TEST_CASE("what needs a network interface that is not there fails until the test adds it") {
    const char* const away = "tcp://[fe80::1%nosuch0]:9000";
    streams made;
    made.op.done = &note_end;
    for (const bool is_connect : {true, false}) {
        last_end = {};
        CHECK((is_connect ? made.connect(away) : made.resolve(away)) == TACTUS_PENDING);
        made.host.settle();
        CHECK(last_end == std::pair(tactus_status{TACTUS_E_IO}, std::uint64_t{ENODEV}));
    }
    CHECK(made.listen(away) == TACTUS_E_IO);
    CHECK_FALSE(made.host.error_text.empty());
    CHECK(made.host.streams().empty());

    made.host.interfaces["nosuch0"] = 987654321;

    CHECK(made.resolve(away) == TACTUS_OK);
    CHECK(made.resolve("tcp://[fe80::1%987654321]:9000") == TACTUS_OK);
    CHECK(made.listen(away) == TACTUS_OK);
    CHECK(made.connect(away) == TACTUS_PENDING);
    made.host.settle();
    CHECK(last_end.first == TACTUS_OK);
}

TEST_CASE("an interface of the test is a zone and a device of datagrams") {
    datagrams made;
    made.host.is_started = true;
    made.host.interfaces["nosuch0"] = 987654321;
    REQUIRE(made.parse("udp://[fe80::1%nosuch0]:9") == TACTUS_OK);
    CHECK(made.six().sin6_scope_id == 987654321);

    tactus_udp_options options{};
    options.struct_size = sizeof options;
    options.local = text("udp://[ff12::1%nosuch0]:9");
    options.device = text("nosuch0");
    tactus_id socket = 0;
    CHECK(made.table->open_with(made.host.raw(), &options, &socket) == TACTUS_OK);
    options.device = text("lo"); // not that of the zone
    CHECK(made.table->open_with(made.host.raw(), &options, &socket) == TACTUS_E_INVALID);
}

TEST_CASE("a socket has no address of another family than IPv4 and IPv6") {
    datagrams made;
    made.host.is_started = true;
    REQUIRE(made.parse("udp://127.0.0.1:9") == TACTUS_OK);
    tactus_address other = made.address;
    const sa_family_t family = AF_UNIX;
    std::memcpy(other.bytes, &family, sizeof family);
    tactus_id socket = 0;
    CHECK(made.table->open(made.host.raw(), &other, nullptr, &socket) == TACTUS_E_INVALID);
    CHECK(made.table->open(made.host.raw(), nullptr, &other, &socket) == TACTUS_E_INVALID);
    CHECK(made.host.open_sockets() == 0);
    CHECK_FALSE(made.host.error_text.empty());
    CHECK(made.table->open(made.host.raw(), &made.address, nullptr, &socket) == TACTUS_OK);
}

TEST_CASE("a name is found by its host, not by the same letters before it") {
    streams made;
    made.op.done = &do_nothing;
    made.host.names["tcp"] = "10.0.0.5";
    tactus_endpoint_text found[1];
    REQUIRE(made.table->resolve(made.host.raw(), &made.op, text("tcp://tcp:9000"), found, 1, 0) ==
            TACTUS_PENDING);

    made.host.settle();

    CHECK(std::string(found[0].text) == "tcp://10.0.0.5:9000");
}

TEST_CASE("a datagram's endpoint is an address, with its zone by name or number") {
    const auto [endpoint, zone] = GENERATE(table<std::string, unsigned>({
        {"udp://[fe80::1%lo]:9", 1},
        {"udp://[fe80::1%1]:9", 1},
        {"udp://[ff02::1%1]:9", 1},
        {"udp://[::1%1]:9", 0}, // the system needs none there
        {"udp://[::1]:9", 0},
        {"udp://[::]:0", 0},
    }));
    INFO(endpoint);
    datagrams made;

    REQUIRE(made.parse(endpoint.c_str()) == TACTUS_OK);

    CHECK(made.address.size == sizeof(sockaddr_in6));
    CHECK(made.six().sin6_scope_id == zone);
}

TEST_CASE("IPv4 within IPv6 is IPv4 in an address of datagrams") {
    for (const char* const four : {"udp://127.0.0.1:9", "udp://[::ffff:127.0.0.1]:9"}) {
        INFO(four);
        datagrams made;
        REQUIRE(made.parse(four) == TACTUS_OK);
        CHECK(made.address.size == sizeof(sockaddr_in));
        sockaddr_in got{};
        std::memcpy(&got, made.address.bytes, sizeof got);
        CHECK(ntohl(got.sin_addr.s_addr) == 0x7f000001);
        CHECK(ntohs(got.sin_port) == 9);
    }
}

TEST_CASE("no datagrams have an endpoint that is none") {
    for (const char* const bad :
         {"udp://[::1x:9", "udp://[::1:9", "udp://[::1]x:9", "udp://::1:9", "udp://[127.0.0.1]:9",
          "udp://[]:9", "udp://[fe80::1%]:9", "udp://127.0.0.1%lo:9", "udp://desk:9", "udp://:9",
          "udp://127.0.0.1:65536", "udp://127.0.0.1:", "udp://127.0.0.1", "udp://[::1]",
          "tcp://127.0.0.1:9", "unixgram:///run/x.sock", ""}) {
        INFO(bad);
        datagrams made;
        CHECK(made.parse(bad) == TACTUS_E_INVALID);
        CHECK(made.address.size == 0);
    }
    datagrams made;
    CHECK(made.parse("udp://[fe80::1%nosuch0]:9") == TACTUS_E_IO);
    CHECK(made.parse("udp://[::1%nosuch0]:9") == TACTUS_E_IO);
}

TEST_CASE("the address of a socket and of a peer has its zone") {
    datagrams made;
    made.host.is_started = true;
    tactus_id socket = 0;
    REQUIRE(made.parse("udp://[fe80::1%1]:9") == TACTUS_OK);
    REQUIRE(made.table->open(made.host.raw(), &made.address, nullptr, &socket) == TACTUS_OK);
    CHECK(made.host.socket_at("udp://[fe80::1%lo]:9") != nullptr);

    CHECK(peer_from("tcp://[fe80::1%lo]:9").sin6_scope_id == 1);
    CHECK(peer_from("tcp://[fe80::1%1]:9").sin6_scope_id == 1);
    CHECK(peer_from("tcp://[::1%1]:9").sin6_scope_id == 0);
}
