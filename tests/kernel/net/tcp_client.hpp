// SPDX-License-Identifier: MIT
// A loop that the test turns by itself, and a client's end of a TCP connection: a plain socket that
// never blocks but to connect, which loopback does at once.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/loop/loop.hpp"

#include <tactus/cpp/scope.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::testing {

struct loop_fixture {
    ~loop_fixture() {
        tasks.request_stop();
        turn_until([&] { return tasks.is_empty(); });
    }

    // A condition that does not come true is a failure: it ends the test program.
    template <class Condition>
    void turn_until(Condition holds) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds()) {
            TACTUS_ASSERT(std::chrono::steady_clock::now() < give_up);
            uv_run(loop.uv(), UV_RUN_NOWAIT);
        }
    }

    time::real_clock clock;
    tactus::loop::loop loop{clock};
    tactus::scope tasks{loop.ready()};
};

class tcp_client {
public:
    // `address` as an acceptor tells it.
    explicit tcp_client(const std::string& address) {
        const std::size_t colon = address.rfind(':');
        const auto port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
        if (address.front() == '[') {
            sockaddr_in6 to{};
            to.sin6_family = AF_INET6;
            to.sin6_port = port;
            inet_pton(AF_INET6, address.substr(1, colon - 2).c_str(), &to.sin6_addr);
            connect_to(to);
        } else {
            sockaddr_in to{};
            to.sin_family = AF_INET;
            to.sin_port = port;
            inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
            connect_to(to);
        }
    }
    tcp_client(const tcp_client&) = delete;
    tcp_client& operator=(const tcp_client&) = delete;
    ~tcp_client() { close_fd(); }

    void send(std::string_view bytes) {
        TACTUS_ASSERT(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                      static_cast<ssize_t>(bytes.size()));
    }
    // What is there; empty where nothing is.
    [[nodiscard]] std::string receive() {
        std::array<char, 65'536> into{};
        const ssize_t size = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
        is_closed_ = size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
        return size > 0 ? std::string(into.data(), static_cast<std::size_t>(size)) : std::string();
    }
    // Whether receive() has met the end: all that came before it was received.
    [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
    // Receives and forgets what is there; true once the server has closed.
    [[nodiscard]] bool drain() {
        while (!receive().empty()) {
        }
        return is_closed_;
    }
    // Ends its side only.
    void finish() { TACTUS_ASSERT(shutdown(fd_, SHUT_WR) == 0); }
    // Closes so that the server sees a reset.
    void reset() {
        const linger at_once{1, 0};
        TACTUS_ASSERT(setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
        close_fd();
    }

private:
    template <class Address>
    void connect_to(const Address& to) {
        const auto* address = reinterpret_cast<const sockaddr*>(&to);
        fd_ = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        TACTUS_ASSERT(fd_ >= 0);
        TACTUS_ASSERT(connect(fd_, address, sizeof to) == 0);
    }
    void close_fd() {
        if (fd_ >= 0) {
            close(fd_);
            fd_ = -1;
        }
    }

    int fd_ = -1;
    bool is_closed_ = false;
};

} // namespace tactus::testing
