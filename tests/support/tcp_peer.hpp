// SPDX-License-Identifier: MIT
// A listener on loopback that talks to the one who connects, for tests that are a peer of the
// daemon: blocking, with a limit.
#pragma once

#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace tactus::test {

class tcp_peer {
public:
    // 0: any that is free. `again`: also one that a closed connection still holds.
    explicit tcp_peer(std::uint16_t at_port = 0, bool again = false)
        : door_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int reuse = again ? 1 : 0;
        ::setsockopt(door_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_port = htons(at_port);
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        if (::bind(door_, reinterpret_cast<sockaddr*>(&here), size) != 0 ||
            ::listen(door_, 1) != 0) {
            throw std::runtime_error("no TCP listener for the test");
        }
        ::getsockname(door_, reinterpret_cast<sockaddr*>(&here), &size);
        port_ = ntohs(here.sin_port);
        wait_at_most_20_s(door_);
    }
    tcp_peer(const tcp_peer&) = delete;
    tcp_peer& operator=(const tcp_peer&) = delete;
    ~tcp_peer() {
        ::close(door_);
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    void accept() {
        fd_ = ::accept4(door_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd_ < 0) {
            throw std::runtime_error("nobody has connected");
        }
        wait_at_most_20_s(fd_);
    }
    void write(std::span<const std::uint8_t> bytes) const {
        if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(bytes.size())) {
            throw std::runtime_error("the peer of a connection took not all");
        }
    }
    // So many bytes; fewer where the connection ended, or the limit.
    [[nodiscard]] std::vector<std::uint8_t> read(std::size_t count) const {
        std::vector<std::uint8_t> bytes(count);
        const ssize_t size = ::recv(fd_, bytes.data(), count, MSG_WAITALL);
        bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return bytes;
    }

private:
    static void wait_at_most_20_s(int fd) {
        const timeval limit{20, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    int door_;
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

// A TCP port that is free now, also for who does not take one that a closed connection still holds.
inline std::uint16_t free_tcp_port() {
    return free_port<tcp_peer>();
}

} // namespace tactus::test
