// SPDX-License-Identifier: MIT
// "tactus.udp/0" open_with: unix datagrams, multicast and broadcast, over loopback and files.
#include "kernel/net/udp_options.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/temp_dir.hpp"

#include <array>
#include <cstring>
#include <functional>
#include <string>

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

// Listens for connections at a path.
class stream_door {
public:
    explicit stream_door(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(::listen(fd_, 1) == 0);
    }
    stream_door(const stream_door&) = delete;
    stream_door& operator=(const stream_door&) = delete;
    ~stream_door() { ::close(fd_); }

private:
    int fd_;
};

struct udp_options_case : loop_instance {
    test::temp_dir dir;
    tactus_id id = 0;
    std::uint8_t into[64]{};
    tactus_datagram datagram{};
    test_op op;
    std::string logged;

    udp_options_case() { start(); }
    ~udp_options_case() override { wind_up(); }
    const tactus_udp_0& udp() const { return table<tactus_udp_0>(TACTUS_UDP_0); }

    tactus_status open(const std::string& local, const std::string& remote,
                       const std::string& device = "", std::uint32_t mode = 0) {
        tactus_udp_options options{};
        options.struct_size = sizeof options;
        options.local = str(local);
        options.remote = str(remote);
        options.device = str(device);
        options.mode = mode;
        return udp().open_with(host(), &options, &id);
    }
    tactus_id opened(const std::string& local, const std::string& remote,
                     const std::string& device = "") {
        INFO(local + remote);
        const tactus_status status = open(local, remote, device);
        INFO(one->last_error().text);
        REQUIRE(status == TACTUS_OK);
        return id;
    }
    tactus_status send(tactus_id socket, std::string text) {
        tactus_datagram out{};
        out.bytes = reinterpret_cast<std::uint8_t*>(text.data());
        out.size = static_cast<std::uint32_t>(text.size());
        std::uint32_t sent = 0;
        return udp().send(host(), socket, &out, 1, &sent);
    }
    std::string receive(tactus_id socket) {
        datagram = {};
        datagram.bytes = into;
        datagram.capacity = sizeof into;
        op.dones = 0;
        REQUIRE(udp().recv(host(), op, socket, &datagram, 1) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return op.dones > 0; }));
        return {reinterpret_cast<const char*>(into), datagram.size};
    }
    bool is_logged(const std::string& what) {
        std::array<char, 4096> bytes{};
        for (ssize_t n = 0; (n = ::read(fixture.pipe.ends[0], bytes.data(), bytes.size())) > 0;) {
            logged.append(bytes.data(), static_cast<std::size_t>(n));
        }
        return logged.find(what) != std::string::npos;
    }
    // That of a socket which is gone at once.
    std::string free_port() {
        const tactus_id probe = opened("udp://127.0.0.1:0", "");
        tactus_address address{};
        udp().local(host(), probe, &address);
        udp().close(host(), probe);
        return std::to_string(address.bytes[2] << 8 | address.bytes[3]);
    }
    mode_t mode_of(const std::string& path) const {
        struct stat file {};
        return ::lstat(path.c_str(), &file) == 0 ? file.st_mode : 0;
    }
};

TEST_CASE_METHOD(udp_options_case, "unix datagrams go from one socket to another, without a path") {
    const std::string at = "unixgram://" + dir.path("in.sock");
    const tactus_id to = opened(at, "");
    const bool has_path = GENERATE(false, true);
    const tactus_id from = opened(has_path ? "unixgram://" + dir.path("from.sock") : "", at);

    CHECK(send(from, "hello") == TACTUS_OK);
    CHECK(receive(to) == "hello");

    sa_family_t family = AF_UNSPEC;
    std::memcpy(&family, datagram.peer.bytes, sizeof family);
    CHECK(datagram.peer.size == sizeof family);
    CHECK(family == AF_UNIX);
    tactus_address local{};
    CHECK(udp().local(host(), to, &local) == TACTUS_OK);
    CHECK(local.size == 0);
}

TEST_CASE_METHOD(udp_options_case,
                 "unix datagrams of one size that leave together stay each its own") {
    const std::string at = "unixgram://" + dir.path("in.sock");
    const tactus_id to = opened(at, "");
    const tactus_id from = opened("", at);
    std::array<std::string, 3> texts{"one", "two", "six"};
    std::array<tactus_datagram, 3> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].bytes = reinterpret_cast<std::uint8_t*>(texts[i].data());
        all[i].size = static_cast<std::uint32_t>(texts[i].size());
    }

    std::uint32_t sent = 0;
    CHECK(udp().send(host(), from, all.data(), 3, &sent) == TACTUS_OK);

    CHECK(sent == 3);
    for (const std::string& each : texts) {
        CHECK(receive(to) == each);
    }
}

TEST_CASE_METHOD(udp_options_case,
                 "a unix datagram socket's file is ours as long as the socket is open") {
    const std::string path = dir.path("in.sock");
    REQUIRE(open("unixgram://" + path, "", "", 0600) == TACTUS_OK);
    const tactus_id first = id;

    CHECK(mode_of(path) == (S_IFSOCK | 0600));
    CHECK(open("unixgram://" + path, "") == TACTUS_E_IO);
    CHECK_THAT(one->last_error().text, Contains("Another program listens there"));

    udp().close(host(), first);
    CHECK(mode_of(path) == 0);
    CHECK(open("unixgram://" + path, "") == TACTUS_OK);
}

TEST_CASE_METHOD(udp_options_case, "a receiver that is not there is an error, not a silence") {
    CHECK(open("", "unixgram://" + dir.path("nobody.sock")) == TACTUS_E_IO);
    CHECK_THAT(one->last_error().text, Contains("No such file"));
}

TEST_CASE_METHOD(udp_options_case,
                 "a group is heard by all who join it, on the interface they name") {
    const std::string group = "udp://239.255.77.7:";
    const std::string port = free_port();
    const std::string device = GENERATE("lo", "127.0.0.1");
    const tactus_id first = opened(group + port, "", device);
    const tactus_id second = opened(group + port, "", device);
    const tactus_id from = opened("", group + port, device);

    CHECK(send(from, "to all") == TACTUS_OK);

    CHECK(receive(first) == "to all");
    CHECK(receive(second) == "to all");
}

// A descriptor of this process for which that holds; they are few.
int find_fd(const std::function<bool(int)>& holds) {
    for (int fd = 3; fd < 1024; ++fd) {
        if (holds(fd)) {
            return fd;
        }
    }
    FAIL("no such descriptor");
    return -1;
}

int family_of(int fd) {
    sockaddr_storage at{};
    socklen_t size = sizeof at;
    return ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0 ? at.ss_family : -1;
}

// As the system does it where the interface goes.
void take_from_group(const std::string& group) {
    ip_mreqn gone{};
    REQUIRE(::inet_pton(AF_INET, group.c_str(), &gone.imr_multiaddr) == 1);
    gone.imr_ifindex = static_cast<int>(::if_nametoindex("lo"));
    find_fd([&](int fd) {
        return ::setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &gone, sizeof gone) == 0;
    });
}

// The system answers the watch's socket as it would tell of a change by itself; what it says does
// not matter.
void tell_of_interfaces() {
    struct {
        nlmsghdr head;
        rtgenmsg body;
    } ask{};
    ask.head.nlmsg_len = sizeof ask;
    ask.head.nlmsg_type = RTM_GETLINK;
    ask.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    const int fd = find_fd([](int each) { return family_of(each) == AF_NETLINK; });
    REQUIRE(::send(fd, &ask, sizeof ask, 0) == static_cast<ssize_t>(sizeof ask));
}

TEST_CASE_METHOD(udp_options_case,
                 "a group that was lost with its interface is joined again, and heard") {
    const std::string group = "udp://239.255.77.8:" + free_port();
    const std::string device = GENERATE("lo", "127.0.0.1");
    const tactus_id to = opened(group, "", device);
    const tactus_id from = opened("", group, device);
    CHECK(send(from, "before") == TACTUS_OK);
    CHECK(receive(to) == "before");
    datagram.bytes = into;
    datagram.capacity = sizeof into;
    op.dones = 0;
    REQUIRE(udp().recv(host(), op, to, &datagram, 1) == TACTUS_PENDING);
    take_from_group("239.255.77.8");
    CHECK(send(from, "unheard") == TACTUS_OK);
    fixture.log.set_format(base::log_format::json);

    tell_of_interfaces();

    REQUIRE(turn_until([&] { return is_logged("rejoined its multicast group"); }));
    CHECK_THAT(logged, Contains(R"("event_id":"multicast_group")"));
    CHECK(op.dones == 0);
    CHECK(send(from, "after") == TACTUS_OK);
    REQUIRE(turn_until([&] { return op.dones > 0; })); // the receive that waited all the time
    CHECK(std::string(reinterpret_cast<const char*>(into), datagram.size) == "after");
}

TEST_CASE_METHOD(udp_options_case,
                 "a group of one IPv6 link is joined on the interface that is named") {
    CHECK(open("udp://[ff11::7ac7]:0", "", "lo") == TACTUS_OK);
    CHECK(open("udp://[ff11::7ac7]:0", "") == TACTUS_E_IO); // which link is not said
}

TEST_CASE_METHOD(udp_options_case, "an interface that is not there is named") {
    CHECK(open("udp://239.0.0.1:9000", "", "nosuch0") == TACTUS_E_INVALID);
    CHECK_THAT(one->last_error().text, Contains("nosuch0"));
}

TEST_CASE_METHOD(udp_options_case, "a broadcast address can be sent to") {
    CHECK(open("", "udp://127.255.255.255:9000") == TACTUS_OK);
    CHECK(send(id, "x") == TACTUS_OK);
}

TEST_CASE_METHOD(udp_options_case,
                 "what is no endpoint of datagrams is refused, and so are two kinds") {
    CHECK(open("", "") == TACTUS_E_INVALID);
    CHECK(open("tcp://127.0.0.1:9", "") == TACTUS_E_INVALID);
    CHECK(open("udp://localhost:9", "") == TACTUS_E_INVALID);
    CHECK(open("unixgram://relative", "") == TACTUS_E_INVALID);
    CHECK(open("udp://127.0.0.1:0", "udp://[::1]:9") == TACTUS_E_INVALID);
    tactus_udp_options options{};
    options.struct_size = 8;
    CHECK(udp().open_with(host(), &options, &id) == TACTUS_E_INVALID);
    CHECK(elsewhere([&] { return open("udp://127.0.0.1:0", ""); }) == TACTUS_E_WRONG_THREAD);
}

TEST_CASE_METHOD(udp_options_case,
                 "datagrams to a socket for connections are refused, and it says why") {
    const stream_door other(dir.path("stream.sock"));

    CHECK(open("", "unixgram://" + dir.path("stream.sock")) == TACTUS_E_IO);
    CHECK_THAT(one->last_error().text, Contains("did you mean unix://?"));
}

TEST_CASE("what is sent to a group goes as many hops as was said, one where nothing was") {
    for (const auto& [hops, wanted] : {std::pair(0U, 1), std::pair(1U, 1), std::pair(5U, 5)}) {
        net::udp_options options;
        options.remote = "udp://239.255.77.9:9000";
        options.device = "127.0.0.1";
        options.hops = hops;
        const auto opened = net::open_udp(options);
        REQUIRE(opened.has_value());
        int found = 0;
        socklen_t size = sizeof found;
        REQUIRE(::getsockopt(opened->fd, IPPROTO_IP, IP_MULTICAST_TTL, &found, &size) == 0);
        CHECK(found == wanted);
        ::close(opened->fd);
    }
}

} // namespace
