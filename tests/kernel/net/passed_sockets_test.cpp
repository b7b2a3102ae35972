// SPDX-License-Identifier: MIT
// What the environment says of passed sockets, and what the descriptors then are. That a daemon
// loses nothing with them is in tests/system.
#include "kernel/net/passed_sockets.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace tactus;
using Catch::Matchers::Contains;
using net::passed_sockets;

constexpr int first = 200; // of descriptors that nobody has

// Descriptors as systemd leaves them: in a row.
struct passing_case {
    passing_case() {
        for (int i = 0; i < 2; ++i) {
            const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
            sockaddr_in here{};
            here.sin_family = AF_INET;
            here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            socklen_t size = sizeof here;
            REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&here), size) == 0);
            ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
            ports.at(static_cast<std::size_t>(i)) = ntohs(here.sin_port);
            REQUIRE(::dup2(fd, first + i) == first + i);
            ::close(fd);
        }
    }
    passing_case(const passing_case&) = delete;
    passing_case& operator=(const passing_case&) = delete;
    ~passing_case() {
        for (int i = 0; i < 2; ++i) {
            ::close(first + i); // where nobody has taken it
        }
    }
    result<void> take(const std::string& process, const std::string& count,
                      const std::string& names = "one:two") {
        ::setenv("LISTEN_PID", process.c_str(), 1);
        ::setenv("LISTEN_FDS", count.c_str(), 1);
        ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
        return sockets.take(first);
    }

    std::array<int, 2> ports{};
    passed_sockets sockets;
};

const std::string ours = std::to_string(::getpid());

} // namespace

TEST_CASE_METHOD(passing_case, "passed sockets have names and endpoints, and end with exec") {
    REQUIRE(take(ours, "2"));

    for (const char* const each : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
        CHECK(std::getenv(each) == nullptr);
    }
    CHECK(sockets.resolve("systemd://two").value() ==
          "udp://127.0.0.1:" + std::to_string(ports[1]));
    CHECK(sockets.unused() == std::vector<std::string>{"one"});
    CHECK((::fcntl(first, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(first, F_GETFL) & O_NONBLOCK) != 0);
}

TEST_CASE_METHOD(passing_case, "who opens the endpoint of a passed socket gets a duplicate") {
    REQUIRE(take(ours, "2"));
    const net::stream_address at =
        net::parse_datagram_endpoint(sockets.resolve("systemd://one").value()).value();

    const int fd = sockets.duplicate(SOCK_DGRAM, at);

    CHECK(fd >= 0);
    CHECK(fd != first);
    ::close(fd);
    CHECK(sockets.duplicate(SOCK_STREAM, at) == -1);
    CHECK(sockets.duplicate(SOCK_DGRAM,
                            net::parse_datagram_endpoint("udp://127.0.0.1:1").value()) == -1);
}

TEST_CASE_METHOD(passing_case, "sockets of another process are left alone") {
    const auto [process, count] =
        GENERATE(std::pair("1", "2"), std::pair("", "2"), std::pair("x", "2"), std::pair("0", ""));

    CHECK(take(process, count));

    CHECK(sockets.is_taken());
    CHECK_THAT(sockets.resolve("systemd://one").error().text, Contains("passed no sockets"));
    CHECK((::fcntl(first, F_GETFD) & FD_CLOEXEC) == 0);
}

TEST_CASE_METHOD(passing_case, "a count that makes no sense is mentioned") {
    const char* const count = GENERATE("-1", "two", "100000", "2 ");

    CHECK_THAT(take(ours, count).error().text, Contains("LISTEN_FDS is ignored"));
}

TEST_CASE_METHOD(passing_case, "names that are missing, and descriptors that are closed") {
    REQUIRE(take(ours, "3", "one"));

    CHECK(sockets.resolve("systemd://one"));
    CHECK(sockets.resolve("systemd://unknown").error().kind == error_kind::invalid); // two of them
    CHECK_THAT(sockets.resolve("systemd://three").error().text,
               Contains("\"one\" (udp://") && Contains("\"unknown\" (no socket)"));
}
