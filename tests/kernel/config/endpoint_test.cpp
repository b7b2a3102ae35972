// SPDX-License-Identifier: MIT
#include "kernel/config/endpoint.hpp"

#include "tests/support/catch.hpp"

#include <array>

namespace tactus::config {
namespace {

constexpr std::array<std::string_view, 3> schemes{"udp", "tcp", "unix"};

TEST_CASE("an endpoint is taken apart") {
    const auto parsed = parse_endpoint("tcp://192.168.10.5:7000", schemes);

    REQUIRE(parsed.has_value());
    CHECK(parsed->scheme == "tcp");
    CHECK(parsed->host == "192.168.10.5");
    CHECK(parsed->port == 7000);
}

TEST_CASE("an IPv6 address loses its brackets and may name a zone") {
    CHECK(parse_endpoint("udp://[::1]:9000", schemes)->host == "::1");
    CHECK(parse_endpoint("udp://[fe80::1%eth0]:9000", schemes)->host == "fe80::1%eth0");
    CHECK(parse_endpoint("udp://[ff02::1%2]:9000", schemes)->host == "ff02::1%2");
    for (const char* const zone : {"%", "%a b", "%eth0/1", "%eth0%eth0", "%sixteen_letters_"}) {
        CAPTURE(zone);
        const auto parsed = parse_endpoint("udp://[fe80::1" + std::string(zone) + "]:9", schemes);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().help.find("like [fe80::1%eth0]") != std::string::npos);
    }
}

TEST_CASE("a link-local address says on which interface, since each network has it") {
    const auto parsed = parse_endpoint("udp://[fe80::1]:9000", schemes);

    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().hint == "add its interface, like \"udp://[fe80::1%eth0]:9000\"");
    CHECK(parse_endpoint("udp://[2001:db8::1]:9000", schemes).has_value());
}

TEST_CASE("what stands between the bracket and the port is named") {
    const auto parsed = parse_endpoint("udp://[::1]x:9", schemes);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().message == "\"x\" is unexpected between the address and the port");
    CHECK(parsed.error().hint == "did you mean \"udp://[::1]:9\"?");

    const auto of_metrics = parse_endpoint("[::1]9464", {});
    REQUIRE_FALSE(of_metrics.has_value());
    CHECK(of_metrics.error().message == "\"9464\" is unexpected between the address and the port");
    CHECK(of_metrics.error().hint == "did you mean \"[::1]:9464\"?");
    CHECK(parse_endpoint("tcp://[::1]", schemes).error().hint ==
          "add one, like \"tcp://[::1]:9000\"");
}

TEST_CASE("a host may be a name") {
    CHECK(parse_endpoint("udp://organ-2.gallery.lan:1", schemes)->host == "organ-2.gallery.lan");
    CHECK_FALSE(parse_endpoint("udp://-organ:1", schemes).has_value());
    CHECK_FALSE(parse_endpoint("udp://.lan:1", schemes).has_value());
    CHECK_FALSE(parse_endpoint("udp://a..b:1", schemes).has_value());
    CHECK_FALSE(parse_endpoint("udp://user@host:1", schemes).has_value());
}

TEST_CASE("a host name of 253 characters is taken, a longer one is not") {
    const std::string longest(253, 'a');

    CHECK(parse_endpoint("udp://" + longest + ":1", schemes).has_value());
    CHECK_FALSE(parse_endpoint("udp://" + longest + "a:1", schemes).has_value());
}

TEST_CASE("ports reach from 0, any free one, to 65535") {
    CHECK(parse_endpoint("udp://h:0", schemes)->port == 0);
    CHECK(parse_endpoint("udp://h:65535", schemes)->port == 65535);
    for (const char* const text : {"udp://h:65536", "udp://h:-1", "udp://h:", "udp://h",
                                   "udp://h:1x", "udp://h: 1", "udp://h:99999999999999999999"}) {
        INFO(text);
        CHECK_FALSE(parse_endpoint(text, schemes).has_value());
    }
}

TEST_CASE("a unix socket has an absolute path that fits the system's structure") {
    const std::string longest = "/" + std::string(106, 'p');

    CHECK(parse_endpoint("unix:///run/in.sock", schemes)->path == "/run/in.sock");
    CHECK(parse_endpoint("unix://" + longest, schemes).has_value());
    CHECK_FALSE(parse_endpoint("unix://" + longest + "p", schemes).has_value());
    CHECK_FALSE(parse_endpoint("unix://in.sock", schemes).has_value());
    CHECK_FALSE(parse_endpoint("unix://", schemes).has_value());
}

TEST_CASE("without schemes an endpoint is host and port") {
    CHECK(parse_endpoint("127.0.0.1:9464", {})->port == 9464);
    CHECK(parse_endpoint("[::]:9464", {})->host == "::");
    CHECK(parse_endpoint("http://127.0.0.1:9464", {}).error().hint ==
          "did you mean \"127.0.0.1:9464\"?");
}

TEST_CASE("a slip in an endpoint gets a hint") {
    CHECK(parse_endpoint("127.0.0.1:9000", schemes).error().hint ==
          "did you mean \"udp://127.0.0.1:9000\"?");
    CHECK(parse_endpoint("upd://127.0.0.1:9000", schemes).error().hint ==
          "did you mean \"udp://127.0.0.1:9000\"?");
    CHECK(parse_endpoint("udp://::1:9000", schemes).error().hint ==
          "did you mean \"udp://[::1]:9000\"?");
}

TEST_CASE("a unix socket of the other kind is explained") {
    const std::array<std::string_view, 1> of_connections{"unix"};
    const std::array<std::string_view, 2> of_datagrams{"udp", "unixgram"};
    for (const auto& parsed : {parse_endpoint("unixgram:///run/x.sock", of_connections),
                               parse_endpoint("unix:///run/x.sock", of_datagrams)}) {
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().help.find("unixgram:// is a socket for datagrams") !=
              std::string::npos);
    }
    CHECK(parse_endpoint("http://x:1", of_datagrams).error().help.empty());
}

TEST_CASE("only this machine reaches a loopback address; a name may mean anything") {
    for (const char* const host : {"127.0.0.1", "127.8.8.8", "::1", "::1%lo", "localhost"}) {
        CHECK(is_loopback(host));
    }
    for (const char* const host :
         {"0.0.0.0", "::", "192.168.0.1", "fe80::1", "localhost.net", ""}) {
        CHECK_FALSE(is_loopback(host));
    }
}

TEST_CASE("an address needs no looking up, a name does") {
    for (const char* const host : {"10.0.0.1", "::1", "fe80::1%eth0"}) {
        CHECK(is_numeric_address(host));
    }
    for (const char* const host : {"localhost", "10.0.0", "10.0.0.256", "desk.example", ""}) {
        CHECK_FALSE(is_numeric_address(host));
    }
}

TEST_CASE("groups are told from single machines") {
    for (const char* const host : {"224.0.0.1", "239.255.255.255", "ff02::1%eth0"}) {
        CHECK(is_multicast(host));
    }
    for (const char* const host : {"223.255.255.255", "240.0.0.0", "fe80::1", "desk", ""}) {
        CHECK_FALSE(is_multicast(host));
    }
}

TEST_CASE("a host has one way to be written") {
    CHECK(canonical_host("LocalHost") == "127.0.0.1");
    CHECK(canonical_host("Desk.Example") == "desk.example");
    CHECK(canonical_host("FE80:0:0::1%eth0") == "fe80::1%eth0");
    CHECK(canonical_host("FF02::1%eth0") == "ff02::1%eth0");
    CHECK(canonical_host("::1%lo") == "::1");
    CHECK(canonical_host("2001:DB8::1%eth0") == "2001:db8::1");
    CHECK(canonical_host("10.0.0.1") == "10.0.0.1");
}

TEST_CASE("a host's name has no scheme, no port and no path") {
    for (const char* const host : {"tactus.example", "10.0.0.1", "fe80::1", "a_b-c"}) {
        CHECK(is_host_name(host));
    }
    for (const char* const host : {"", "http://x", "x:80", "[::1]", "x/y", "10.0.0.256", "*"}) {
        CHECK_FALSE(is_host_name(host));
    }
}

} // namespace
} // namespace tactus::config
