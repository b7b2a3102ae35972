// SPDX-License-Identifier: MIT
// IPv6 addresses with their network interface, as in "[fe80::1%eth0]", on "tactus.udp/0" and
// "tactus.stream/0". The loopback interface has groups, and no link-local address.
#include "tests/kernel/host/stream_case.hpp"
#include "tests/kernel/host/udp_case.hpp"
#include "tests/support/skip.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

std::string port_of(const std::string& endpoint) {
    return endpoint.substr(endpoint.rfind(':') + 1);
}

// "fe80::1%eth0", of this machine; "" where it has none.
std::string own_link_local() {
    ifaddrs* first = nullptr;
    REQUIRE(::getifaddrs(&first) == 0);
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, &::freeifaddrs);
    for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET6) {
            continue;
        }
        const auto& six = *reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
        if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr)) {
            std::array<char, INET6_ADDRSTRLEN> text{};
            ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
            return std::string(text.data()) + "%" + each->ifa_name;
        }
    }
    return "";
}

struct zone_case : udp_case {
    tactus_id id = 0;

    tactus_status open(const std::string& local, const std::string& remote,
                       const std::string& device = "") {
        tactus_udp_options wish{};
        wish.struct_size = sizeof wish;
        wish.local = str(local);
        wish.remote = str(remote);
        wish.device = str(device);
        return udp().open_with(host(), &wish, &id);
    }
    tactus_id opened(const std::string& local, const std::string& remote) {
        const tactus_status status = open(local, remote);
        INFO(one->last_error().text);
        REQUIRE(status == TACTUS_OK);
        return id;
    }
    std::string port_at(tactus_id socket) const {
        return port_of(text_of(net::from_plugin(where(socket)), net::transport::udp));
    }
    void hears(tactus_id at, tactus_id from) {
        inbox in;
        REQUIRE(udp().recv(host(), in.op, at, in.datagrams.data(), 1) == TACTUS_PENDING);
        CHECK(send(from, {"hello"}) == 1);
        REQUIRE(turn_until([&] { return in.op.dones > 0; }));
        CHECK(in.text(0) == "hello");
    }
};

TEST_CASE_METHOD(zone_case, "datagrams go to an address with its interface") {
    const tactus_id here = opened("udp://[::1%lo]:0", "");
    const tactus_id from = opened("", "udp://[::1%lo]:" + port_at(here));

    hears(here, from);
}

// An interface besides the loopback one; "" where this machine has none.
std::string other_interface() {
    for (unsigned number = 1; number < 64; ++number) {
        std::array<char, IF_NAMESIZE> name{};
        if (::if_indextoname(number, name.data()) != nullptr && std::string(name.data()) != "lo") {
            return name.data();
        }
    }
    return "";
}

// Whether a socket of this machine is in the group, as "lo ff110000000000000000000000007ac7".
bool is_joined(const std::string& interface_and_group) {
    std::ifstream file("/proc/net/igmp6");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string number;
        std::string interface;
        std::string group;
        words >> number >> interface >> group;
        if (interface + " " + group == interface_and_group) {
            return true;
        }
    }
    return false;
}

TEST_CASE_METHOD(zone_case, "a group is joined on the interface of its zone, without the option") {
    const std::string zone =
        GENERATE_COPY(std::string("lo"), std::to_string(::if_nametoindex("lo")));
    const std::string group = "udp://[ff11::7ac7%" + zone + "]:0";

    const tactus_id here = opened(group, "");

    CHECK(is_joined("lo ff110000000000000000000000007ac7"));
    CHECK(open(group, "", "lo") == TACTUS_OK); // the same interface
    udp().close(host(), here);
}

TEST_CASE("a group is sent to by the interface of its zone") {
    const std::string own = own_link_local(); // so that it is up
    if (own.empty()) {
        TACTUS_SKIP("this machine has no link-local address");
    }
    const std::string other = own.substr(own.find('%') + 1);
    const std::string remote = "udp://[ff12::7ac7%" + other + "]:9"; // nothing is sent
    net::udp_options wish;
    wish.remote = remote;

    const auto opened = net::open_udp(wish);

    REQUIRE(opened.has_value());
    unsigned found = 0;
    socklen_t size = sizeof found;
    CHECK(::getsockopt(opened->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &found, &size) == 0);
    CHECK(found == ::if_nametoindex(other.c_str()));
    ::close(opened->fd);
}

TEST_CASE_METHOD(zone_case, "a zone and an interface that differ are told") {
    const std::string other = other_interface();
    if (other.empty()) {
        TACTUS_SKIP("this machine has one network interface");
    }

    CHECK(open("udp://[ff12::7ac7%lo]:0", "", other) == TACTUS_E_INVALID);
    CHECK_THAT(one->last_error().text,
               Contains("udp://[ff12::7ac7%lo]:0") && Contains(other) && Contains("leave one"));
}

TEST_CASE_METHOD(zone_case, "an interface that is not there is named, and what to do") {
    const bool is_local = GENERATE(true, false);
    const std::string at = "udp://[fe80::1%nosuch0]:9000";

    CHECK(open(is_local ? at : "", is_local ? "" : at) == TACTUS_E_IO);

    CHECK_THAT(one->last_error().text,
               Contains(at) && Contains("no network interface \"nosuch0\"") && Contains("ip link"));
    tactus_address address{};
    CHECK(udp().parse(host(), str(at), &address) == TACTUS_E_IO);
    CHECK(udp().parse(host(), str("udp://[fe80::1%]:9"), &address) == TACTUS_E_INVALID);
    CHECK(udp().parse(host(), str("unixgram:///run/x.sock"), &address) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(stream_case, "a connection goes to an address with its interface") {
    begin();
    const tactus_id door = listen("tcp://[::1%lo]:0");
    test_op op;

    CHECK(streams().connect(host(), op, str("tcp://[::1%lo]:" + port_of(local(door))), 0) ==
          TACTUS_PENDING);

    CHECK(wait(op) == TACTUS_OK);
}

TEST_CASE_METHOD(stream_case, "an interface that is not there may come: who connects is told why") {
    begin();
    const std::string at = "tcp://[fe80::1%nosuch0]:9000";
    test_op op;
    test_op looking;
    tactus_endpoint_text found{};

    CHECK(try_listen(at) == TACTUS_E_IO);
    CHECK_THAT(one->last_error().text,
               Contains(at) && Contains("no network interface \"nosuch0\"") && Contains("ip link"));
    REQUIRE(streams().connect(host(), op, str(at), 0) == TACTUS_PENDING);
    CHECK(wait(op) == TACTUS_E_IO);
    CHECK(op.result == ENODEV);
    REQUIRE(streams().resolve(host(), looking, str(at), &found, 1, 0) == TACTUS_PENDING);
    CHECK(wait(looking) == TACTUS_E_IO);
    CHECK(looking.result == ENODEV);
}

TEST_CASE_METHOD(stream_case, "a link-local address of this machine is listened on and shown") {
    const std::string own = own_link_local();
    if (own.empty()) {
        TACTUS_SKIP("this machine has no link-local address");
    }
    begin();
    const tactus_id door = listen("tcp://[" + own + "]:0");
    CHECK_THAT(local(door), StartsWith("tcp://[" + own + "]:"));
    const raw_peer peer(raw_peer::connect(local(door)));

    const tactus_id id = accept(door);

    tactus_stream_peer from{};
    from.struct_size = sizeof from;
    REQUIRE(streams().peer(host(), id, &from) == TACTUS_OK);
    CHECK_THAT(from.endpoint.text, StartsWith("tcp://[" + own + "]:"));
}

} // namespace
