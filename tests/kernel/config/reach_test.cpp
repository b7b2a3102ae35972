// SPDX-License-Identifier: MIT
#include "kernel/config/reach.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace tactus::config {
namespace {

// Of a machine that is not this one: no test depends on where it runs.
const std::vector<std::string> own{"192.0.2.7", "2001:db8::7", "fe80::7%eth0"};

bool meet(const std::string& to, const std::string& listen) {
    return reaches(comparable(to).value(), comparable(listen).value(), own);
}

// An address and a port as an endpoint writes them.
std::string udp_at(const std::string& address, int port) {
    const bool is_six = address.find(':') != std::string::npos;
    return "udp://" + (is_six ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

TEST_CASE("the same endpoint is reached, another port, host, scheme or path is not") {
    CHECK(meet("udp://192.0.2.1:7000", "udp://192.0.2.1:7000"));
    CHECK(meet("unix:///run/a", "unix:///run/a"));
    CHECK_FALSE(meet("udp://192.0.2.1:7001", "udp://192.0.2.1:7000"));
    CHECK_FALSE(meet("udp://192.0.2.2:7000", "udp://192.0.2.1:7000"));
    CHECK_FALSE(meet("tcp://192.0.2.1:7000", "udp://192.0.2.1:7000"));
    CHECK_FALSE(meet("unix:///run/b", "unix:///run/a"));
}

TEST_CASE("a host is the same however it is written") {
    CHECK(meet("udp://LOCALHOST:7000", "udp://127.0.0.1:7000"));
    CHECK(meet("udp://Desk.Example:7000", "udp://desk.example:7000"));
    CHECK(meet("udp://[0:0:0::1]:7000", "udp://[::1]:7000"));
    CHECK(meet("udp://[FE80:0::7%eth0]:7000", "udp://[fe80::7%eth0]:7000"));
    CHECK_FALSE(meet("udp://[fe80::7%eth1]:7000", "udp://[fe80::7%eth0]:7000"));
}

TEST_CASE("what is sent to any address comes to the loopback address of its kind") {
    CHECK(meet("udp://0.0.0.0:7000", "udp://127.0.0.1:7000"));
    CHECK(meet("udp://[::]:7000", "udp://[::1]:7000"));
    CHECK(meet("udp://0.0.0.0:7000", "udp://0.0.0.0:7000"));
    CHECK(meet("udp://[::]:7000", "udp://[::]:7000"));
    CHECK_FALSE(meet("udp://[::]:7000", "udp://127.0.0.1:7000"));
    CHECK_FALSE(meet("udp://0.0.0.0:7000", "udp://192.0.2.7:7000"));
}

TEST_CASE("who listens on any address hears each of this machine's own, and no other") {
    CHECK(meet("udp://127.0.0.9:7000", "udp://0.0.0.0:7000"));
    CHECK(meet("udp://192.0.2.7:7000", "udp://0.0.0.0:7000"));
    CHECK(meet("udp://[2001:DB8:0::7]:7000", "udp://[::]:7000"));
    CHECK(meet("udp://[fe80::7%eth0]:7000", "udp://[::]:7000"));
    CHECK_FALSE(meet("udp://192.0.2.8:7000", "udp://0.0.0.0:7000"));
    CHECK_FALSE(meet("udp://desk.example:7000", "udp://0.0.0.0:7000"));
}

TEST_CASE("nobody can be told to send to a port that the system chooses") {
    CHECK_FALSE(meet("udp://127.0.0.1:0", "udp://127.0.0.1:0"));
}

TEST_CASE("a circle through an address of this machine is found where an input hears them all") {
    for (const std::string& one : own_addresses()) {
        const std::string any = one.find(':') != std::string::npos ? "::" : "0.0.0.0";
        const std::string text = "[[input]]\nname = \"i\"\ntype = \"osc\"\nlisten = \"" +
                                 udp_at(any, 7000) +
                                 "\"\n[[output]]\nname = \"o\"\ntype = \"osc\"\nto = \"" +
                                 udp_at(one, 7000) + "\"\n[[route]]\nfrom = \"i\"\nto = \"o\"\n";
        INFO(text);
        CHECK_FALSE(load_text(text, "test.toml", test::plugins()).has_value());
    }
}

TEST_CASE("the system's own addresses are written as endpoints are") {
    for (const std::string& one : own_addresses()) {
        INFO(one);
        const auto read = comparable(udp_at(one, 1));
        REQUIRE(read.has_value());
        CHECK(read->host == one);
    }
}

} // namespace
} // namespace tactus::config
