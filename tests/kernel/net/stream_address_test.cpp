// SPDX-License-Identifier: MIT
#include "kernel/net/stream_address.hpp"
#include "tests/support/catch.hpp"

#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

using namespace tactus;
using namespace tactus::net;

TEST_CASE("an endpoint of streams reads back as it was written") {
    const char* const text =
        GENERATE("tcp://127.0.0.1:9000", "tcp://[::1]:1", "tcp://0.0.0.0:65535",
                 "udp://[fe80::1]:9", "udp://10.0.0.1:0", "unix:///run/tactus/in.sock");

    const result<stream_endpoint> parsed = parse_stream_endpoint(text);

    REQUIRE(parsed.has_value());
    CHECK_FALSE(parsed->needs_lookup());
    CHECK(text_of(parsed->address, parsed->by) == text);
}

TEST_CASE("a name waits for its look-up") {
    const result<stream_endpoint> parsed = parse_stream_endpoint("tcp://desk-1.lan:9000");

    REQUIRE(parsed.has_value());
    CHECK(parsed->needs_lookup());
    CHECK(parsed->host == "desk-1.lan");
    CHECK(parsed->port == 9000);
}

TEST_CASE("what is no endpoint of streams is refused") {
    const char* const text = GENERATE(
        "", "tcp://", "tcp://:9000", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:9x", "tcp://127.0.0:9", "tcp://::1:9", "tcp://[::1:9", "tcp://[]:9",
        "tcp://a b:9", "http://127.0.0.1:9", "127.0.0.1:9", "unix://relative", "unix://", ":9",
        "udp://", "tcp:127.0.0.1:9", "tcp://[::1]x:9", "udp://[::1]x:9", "tcp://[::1%]:9",
        "tcp://127.0.0.1%lo:9", "tcp://[127.0.0.1]:9");

    INFO(text);
    CHECK_FALSE(parse_stream_endpoint(text).has_value());
}

TEST_CASE("a NUL ends no host") {
    CHECK_FALSE(parse_stream_endpoint(std::string_view("tcp://127.0.0.1\0x:80", 20)).has_value());
    CHECK_FALSE(parse_stream_endpoint(std::string_view("tcp://[::1\0x]:80", 17)).has_value());
}

TEST_CASE("a link-local address and a group keep their interface, by its name or its number") {
    const unsigned lo = ::if_nametoindex("lo");
    const std::string host = GENERATE("fe80::1", "ff02::7ac7", "ff15::7ac7");
    const std::string named = "udp://[" + host + "%lo]:9000";

    for (const std::string& text :
         {named, "udp://[" + host + "%" + std::to_string(lo) + "]:9000"}) {
        INFO(text);
        const result<stream_endpoint> parsed = parse_stream_endpoint(text);
        REQUIRE(parsed.has_value());
        CHECK(zone_of(parsed->address) == lo);
        CHECK(text_of(parsed->address, transport::udp) == named);
    }
}

TEST_CASE("the zone of other addresses must be there, and the system does not look at it") {
    const result<stream_endpoint> parsed = parse_stream_endpoint("tcp://[::1%lo]:9000");

    REQUIRE(parsed.has_value());
    CHECK(zone_of(parsed->address) == 0);
    CHECK(text_of(parsed->address) == "tcp://[::1]:9000");
}

TEST_CASE("an interface that is not there is named, and told from what is no endpoint") {
    const std::string zone = GENERATE("nosuch0", "987654321");
    const result<stream_endpoint> parsed = parse_stream_endpoint("udp://[fe80::1%" + zone + "]:9");

    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().kind == error_kind::not_found);
    CHECK(parsed.error().text ==
          "There is no network interface \"" + zone + "\" (\"ip link\" lists them).");
    CHECK(parse_stream_endpoint("udp://[fe80::1%]:9").error().kind == error_kind::invalid);
}

TEST_CASE("IPv4 inside IPv6 is IPv4, read and written") {
    const result<stream_endpoint> parsed = parse_stream_endpoint("tcp://[::ffff:127.0.0.1]:9000");
    REQUIRE(parsed.has_value());
    CHECK(parsed->address.family() == AF_INET);

    stream_address heard; // as the system tells of who came to [::]
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(9000);
    REQUIRE(::inet_pton(AF_INET6, "::ffff:192.0.2.7", &six.sin6_addr) == 1);
    std::memcpy(&heard.bytes, &six, sizeof six);
    heard.size = sizeof six;
    CHECK(text_of(heard) == "tcp://192.0.2.7:9000");
    CHECK(plugin_address(heard).size == sizeof(sockaddr_in));
}

TEST_CASE("a path takes as many bytes as the system's address, and no NUL") {
    const std::string longest = "unix:///" + std::string(106, 'x');

    const result<stream_endpoint> parsed = parse_stream_endpoint(longest);

    REQUIRE(parsed.has_value());
    CHECK(text_of(parsed->address) == longest);
    CHECK_FALSE(parse_stream_endpoint(longest + "x").has_value());
    CHECK_FALSE(parse_stream_endpoint(std::string("unix:///a\0b", 11)).has_value());
}

TEST_CASE("an end of a unix stream without a path says so") {
    stream_address none;
    none.bytes.ss_family = AF_UNIX;
    none.size = sizeof(sa_family_t);

    CHECK(text_of(none) == "unix://");
    CHECK(text_of(stream_address{}) == "unix://");
}
