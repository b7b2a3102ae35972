// SPDX-License-Identifier: MIT
// A UDP socket on loopback, for tests that are a peer of the daemon: blocking, with a limit.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace tactus::test {

inline std::int64_t monotonic_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

struct arrival {
    std::vector<std::uint8_t> bytes;
    std::int64_t at_ns = 0; // CLOCK_MONOTONIC
    std::uint16_t from_port = 0;
};

class udp_peer {
public:
    // 0: any that is free.
    explicit udp_peer(std::uint16_t at_port = 0)
        : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in here = loopback(at_port);
        if (fd_ < 0 || ::bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0) {
            throw std::runtime_error("no UDP socket for the test");
        }
        socklen_t size = sizeof here;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size);
        port_ = ntohs(here.sin_port);
        const int bytes = 8 << 20;
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    udp_peer(const udp_peer&) = delete;
    udp_peer& operator=(const udp_peer&) = delete;
    ~udp_peer() { ::close(fd_); }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    void send(std::span<const std::uint8_t> bytes, std::uint16_t to_port) const {
        const sockaddr_in to = loopback(to_port);
        ::sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to);
    }

    // The next datagram, or none after the limit.
    [[nodiscard]] std::optional<arrival> receive(std::chrono::milliseconds limit) const {
        const timeval wait{limit.count() / 1000, (limit.count() % 1000) * 1000};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        arrival came;
        came.bytes.resize(65536);
        sockaddr_in from{};
        socklen_t from_size = sizeof from;
        const ssize_t size = ::recvfrom(fd_, came.bytes.data(), came.bytes.size(), 0,
                                        reinterpret_cast<sockaddr*>(&from), &from_size);
        came.at_ns = monotonic_ns();
        came.from_port = ntohs(from.sin_port);
        if (size < 0) {
            return std::nullopt;
        }
        came.bytes.resize(static_cast<std::size_t>(size));
        return came;
    }

private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    int fd_;
    std::uint16_t port_ = 0;
};

} // namespace tactus::test
