// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/endpoint_overlap.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <net/if.h>
#include <string>
#include <unistd.h>
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
    CHECK(meet("udp://[::ffff:127.0.0.1]:7000", "udp://127.0.0.1:7000"));
    CHECK(meet("udp://[::FFFF:7f00:1]:7000", "udp://127.0.0.1:7000"));
    CHECK(meet("udp://0x7f.1:7000", "udp://127.0.0.1:7000"));
    CHECK(meet("udp://localhost.:7000", "udp://127.0.0.1:7000"));
    CHECK(meet("udp://desk.localhost:7000", "udp://127.0.0.1:7000"));
    CHECK_FALSE(meet("udp://mylocalhost:7000", "udp://127.0.0.1:7000"));
    CHECK_FALSE(meet("udp://[::ffff:127.0.0.2]:7000", "udp://127.0.0.1:7000"));
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
    CHECK(meet("udp://255.255.255.255:7000", "udp://0.0.0.0:7000"));
    CHECK_FALSE(meet("udp://192.0.2.8:7000", "udp://0.0.0.0:7000"));
    CHECK_FALSE(meet("udp://desk.example:7000", "udp://0.0.0.0:7000"));
}

TEST_CASE("who listens on [::] hears IPv4, too, and who listens on 0.0.0.0 hears no IPv6") {
    CHECK(meet("udp://127.0.0.1:7000", "udp://[::]:7000"));
    CHECK(meet("udp://192.0.2.7:7000", "udp://[::]:7000"));
    CHECK(meet("udp://0.0.0.0:7000", "udp://[::]:7000"));
    CHECK_FALSE(meet("udp://[::1]:7000", "udp://0.0.0.0:7000"));
    CHECK_FALSE(meet("udp://[2001:db8::7]:7000", "udp://0.0.0.0:7000"));
}

TEST_CASE("an interface is the same by its name and by its number") {
    const std::string number = std::to_string(::if_nametoindex("lo"));

    CHECK(meet("udp://[fe80::1%" + number + "]:7000", "udp://[fe80::1%lo]:7000"));
    CHECK(meet("udp://[::1%lo]:7000", "udp://[::1]:7000"));
    CHECK_FALSE(meet("udp://[fe80::1%lo]:7000", "udp://[fe80::1%nosuch0]:7000"));
}

TEST_CASE("a path is the same whatever way leads there") {
    const tactus::test::temp_dir folder;
    std::filesystem::create_directory(folder.path("real"));
    std::filesystem::create_directory(folder.path("other"));
    std::filesystem::create_directory_symlink(folder.path("real"), folder.path("link"));
    const std::string socket = "unix://" + folder.path("real") + "/in.sock";

    CHECK(meet("unix://" + folder.path("other") + "/../real/in.sock", socket));
    CHECK(meet("unix://" + folder.path("real") + "/./in.sock", socket));
    CHECK(meet("unix://" + folder.path("real") + "//in.sock", socket));
    CHECK(meet("unix://" + folder.path("link") + "/in.sock", socket));
    CHECK(meet("unix://" + folder.path("not-there") + "/../real/in.sock", socket));
    CHECK_FALSE(meet("unix://" + folder.path("other") + "/in.sock", socket));
    // What is a link itself, once it is there.
    std::ofstream(folder.path("real") + "/in.sock").put('.');
    std::filesystem::create_symlink(folder.path("real") + "/in.sock", folder.path("alias"));
    CHECK(meet("unix://" + folder.path("alias"), socket));
}

TEST_CASE("a name means what the file of hosts says, and this machine's own name its addresses") {
    const tactus::test::temp_dir folder;
    const std::string hosts = folder.path("hosts");
    std::ofstream(hosts) << "# a comment\n127.0.1.1\tstudio.example Studio\n"
                            "::1 ip6-loopback\n192.0.2.9 studio # and this\nwrong line\n";
    using addresses = std::vector<std::string>;

    CHECK(addresses_of("studio", own, hosts) == addresses{"127.0.1.1", "192.0.2.9"});
    CHECK(addresses_of("ip6-loopback", own, hosts) == addresses{"::1"});
    CHECK(addresses_of("unknown.example", own, hosts).empty());
    CHECK(addresses_of("and", own, hosts).empty());
    CHECK(addresses_of("127.0.0.1", own, hosts).empty());
    CHECK(addresses_of("", own, hosts).empty());
    std::array<char, 256> name{};
    REQUIRE(::gethostname(name.data(), name.size() - 1) == 0);
    CHECK(addresses_of(canonical_host(name.data()), own, hosts) == own);
    CHECK(addresses_of(canonical_host(name.data()), own, folder.path("none")) == own);
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
