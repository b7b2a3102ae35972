// SPDX-License-Identifier: MIT
// Addresses as plugins read them: numeric_host, endpoint, allow_list, and their parts.
#include "tests/support/catch.hpp"

#include <tactus/cpp/allow_list.hpp>
#include <tactus/cpp/decimal.hpp>
#include <tactus/cpp/endpoint.hpp>
#include <tactus/cpp/localhost.hpp>
#include <tactus/cpp/network_interface.hpp>

#include <array>
#include <string>
#include <vector>

using tactus::allow_list;
using tactus::endpoint;
using tactus::numeric_host;

namespace {

numeric_host host(std::string_view text) {
    const std::optional<numeric_host> made = numeric_host::parse(text);
    INFO(text);
    REQUIRE(made.has_value());
    return *made;
}

tactus_address address_of(const char* six) {
    sockaddr_in6 raw{};
    raw.sin6_family = AF_INET6;
    REQUIRE(inet_pton(AF_INET6, six, &raw.sin6_addr) == 1);
    tactus_address made{};
    std::memcpy(made.bytes, &raw, sizeof raw);
    made.size = sizeof raw;
    return made;
}

} // namespace

TEST_CASE("a numeric host is an address, of IPv6 with a zone where it has one") {
    CHECK(host("127.0.0.1").is_ipv4());
    CHECK_FALSE(host("fe80::1%eth0").is_ipv4());
    CHECK(host("fe80::1%eth0").zone() == "eth0");
    for (const char* const none :
         {"", "desk", "1.2.3", "fe80::1%", "127.0.0.1%lo", "[::1]", "::1 ", "%lo"}) {
        INFO(none);
        CHECK_FALSE(numeric_host::parse(none).has_value());
    }
    CHECK_FALSE(numeric_host::parse(std::string_view("127.0.0.1\0x", 11)).has_value());
}

TEST_CASE("a decimal is digits alone, up to the most that is allowed") {
    CHECK(tactus::decimal("0", 0) == 0U);
    CHECK(tactus::decimal("00065535", 65535) == 65535U);
    CHECK(tactus::decimal("4294967295", UINT32_MAX) == 4294967295U);
    for (const char* const none : {"", "+1", "-1", " 1", "1 ", "0x1", "65536", "4294967296",
                                   "18446744073709551616", "99999999999999999999999"}) {
        INFO(none);
        CHECK_FALSE(tactus::decimal(none, 65535).has_value());
    }
    CHECK_FALSE(tactus::decimal("4294967296", UINT32_MAX).has_value());
}

TEST_CASE("a network interface is found by its name and by its number") {
    const unsigned lo = tactus::interface_number("lo");
    REQUIRE(lo != 0);
    CHECK(tactus::interface_name(lo) == "lo");
    CHECK(tactus::interface_number(std::to_string(lo)) == lo);
    for (const char* const none : {"", "0", "no-such-device", "lo ", "+1", "99999999999"}) {
        INFO(none);
        CHECK(tactus::interface_number(none) == 0);
    }
    CHECK(tactus::interface_name(0).empty());
    CHECK(tactus::interface_name(999'999'999).empty());
}

TEST_CASE("localhost is one name; those below it are this machine, too") {
    for (const char* const one : {"localhost", "LocalHost"}) {
        CHECK(tactus::is_localhost(one));
        CHECK(tactus::is_in_localhost(one));
    }
    for (const char* const below :
         {"synth.localhost", "a.b.LOCALHOST", "localhost.", "x.localhost."}) {
        INFO(below);
        CHECK_FALSE(tactus::is_localhost(below));
        CHECK(tactus::is_in_localhost(below));
    }
    for (const char* const other : {"", ".", "mylocalhost", "localhost.example", "localhos",
                                    "local", "localhost..", ".localhost", "127.0.0.1"}) {
        INFO(other);
        CHECK_FALSE(tactus::is_localhost(other));
        CHECK_FALSE(tactus::is_in_localhost(other));
    }
}

TEST_CASE("loopback addresses and groups are known by IPv4, by IPv6 and with a zone") {
    for (const char* const one :
         {"127.0.0.1", "127.255.0.9", "::1", "::1%lo", "::ffff:127.0.0.1"}) {
        INFO(one);
        CHECK(host(one).is_loopback());
    }
    for (const char* const one : {"128.0.0.1", "::", "fe80::1%lo", "::ffff:10.0.0.1"}) {
        INFO(one);
        CHECK_FALSE(host(one).is_loopback());
    }
    for (const char* const one : {"224.0.0.1", "239.1.2.3", "ff02::1%lo", "::ffff:224.0.0.1"}) {
        INFO(one);
        CHECK(host(one).is_multicast());
    }
    CHECK_FALSE(host("240.0.0.1").is_multicast());
    CHECK_FALSE(host("fe80::1%lo").is_multicast());
}

TEST_CASE("two hosts are the same by address, and by interface where the system looks at it") {
    CHECK(host("::ffff:127.0.0.1") == host("127.0.0.1"));
    CHECK(host("FE80:0::1%lo") == host("fe80::1%1")); // lo is number 1, always
    CHECK(host("2001:db8::1%lo") == host("2001:db8::1"));
    CHECK_FALSE(host("fe80::1%eth0") == host("fe80::1%eth1"));
    CHECK_FALSE(host("fe80::1%eth0") == host("fe80::1"));
    CHECK_FALSE(host("::1") == host("127.0.0.1"));
    CHECK(host("::FFFF:7f00:1").canonical() == "127.0.0.1");
    CHECK(host("FE80:0::1%eth0").canonical() == "fe80::1");
}

TEST_CASE("an interface that is not there is known") {
    CHECK(host("fe80::1%nosuch0").is_zone_missing());
    CHECK(host("fe80::1%987654321").is_zone_missing());
    CHECK_FALSE(host("fe80::1%lo").is_zone_missing());
    CHECK_FALSE(host("fe80::1").is_zone_missing());
    CHECK(tactus::detail::missing_interface("udp://[fe80::1%nosuch0]:9") ==
          "there is no network interface \"nosuch0\" (\"ip link\" lists them)");
    for (const char* const fine : {"udp://[fe80::1%lo]:9", "udp://127.0.0.1:9", "udp://[::1", ""}) {
        CHECK(tactus::detail::missing_interface(fine).empty());
    }
}

TEST_CASE("endpoints of one place are the same however they are written") {
    const auto is_same = [](const char* a, const char* b) {
        return endpoint(a, "to").is_same_place(endpoint(b, "to"));
    };
    CHECK(is_same("udp://[::ffff:127.0.0.1]:9", "udp://127.0.0.1:9"));
    CHECK(is_same("udp://[fe80:0::1%lo]:9", "udp://[fe80::1%1]:9"));
    CHECK(is_same("udp://desk:9", "udp://desk:9"));
    CHECK_FALSE(is_same("udp://desk:9", "udp://other:9"));
    CHECK_FALSE(is_same("udp://127.0.0.1:9", "tcp://127.0.0.1:9"));
    CHECK_FALSE(is_same("udp://127.0.0.1:9", "udp://127.0.0.1:10"));
    CHECK_FALSE(is_same("unix:///run/a", "unix:///run/b"));
}

TEST_CASE("an address of IPv4 that came by IPv6 is in the networks of IPv4 alone") {
    const std::array four{std::string("192.168.0.0/16")};
    const std::array mapped{std::string("::ffff:192.168.0.0/112")};
    const std::array six{std::string("::/0")};
    const tactus_address came = address_of("::ffff:192.168.3.4");

    CHECK(allow_list(four, "allow").allows(came));
    CHECK(allow_list(mapped, "allow").allows(came));
    CHECK_FALSE(allow_list(six, "allow").allows(came));
    CHECK_FALSE(allow_list(four, "allow").allows(address_of("::ffff:192.169.3.4")));
    CHECK(allow_list(six, "allow").allows(address_of("2001:db8::1")));
}
