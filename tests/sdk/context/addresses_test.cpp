// SPDX-License-Identifier: MIT
// Addresses as plugins read them: numeric_host, endpoint, allow_list.
#include "tests/support/catch.hpp"

#include <tactus/cpp/allow_list.hpp>
#include <tactus/cpp/endpoint.hpp>

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
