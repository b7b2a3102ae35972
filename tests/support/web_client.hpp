// SPDX-License-Identifier: MIT
// A WebSocket client over a real TCP connection to loopback, for system tests: blocking, with a
// limit. Frames are made by client_frames.hpp.
#pragma once

#include "tests/plugins/websocket_in/client_frames.hpp"
#include "tests/support/process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::test {

class web_client {
public:
    explicit web_client(std::uint16_t port)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        // The daemon opens its inputs when its outputs are up, or a moment later.
        const bool is_there = eventually(
            [&] { return ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0; });
        if (!is_there) {
            throw std::runtime_error("nobody listens on the port");
        }
    }
    web_client(web_client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    web_client& operator=(web_client&&) = delete;
    ~web_client() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (size <= 0) {
                throw std::runtime_error("the connection is gone");
            }
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
    }
    void write(const websocket_in::testing::byte_string& bytes) const {
        write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    /// Ends it so that the other end may hear of it before it has taken the connection.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        ::close(std::exchange(fd_, -1));
    }
    void say(std::string text) const { write(websocket_in::testing::text_frame(std::move(text))); }

    /// What comes until `end` was seen, the peer ends, or the limit.
    [[nodiscard]] std::string read_until(const std::string& end,
                                         std::chrono::milliseconds limit) const {
        const timeval wait{limit.count() / 1000, (limit.count() % 1000) * 1000};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        std::string text;
        char byte = 0;
        while ((end.empty() || !text.ends_with(end)) && ::recv(fd_, &byte, 1, 0) == 1) {
            text += byte;
        }
        return text;
    }
    /// True where the peer ends the connection within the limit.
    [[nodiscard]] bool is_ended_within(std::chrono::milliseconds limit) const {
        const timeval wait{limit.count() / 1000, (limit.count() % 1000) * 1000};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        char bytes[4096];
        ssize_t size = 0;
        while ((size = ::recv(fd_, bytes, sizeof bytes, 0)) > 0) {
        }
        return size == 0 || errno == ECONNRESET;
    }

    /// Asks for a WebSocket as a page of that origin does; the head of the answer.
    std::string shake_hands(const std::string& origin = "http://localhost:4321") const {
        write("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
              "Origin: " +
              origin + "\r\n\r\n");
        return read_until("\r\n\r\n", std::chrono::seconds(20));
    }

private:
    int fd_;
};

} // namespace tactus::test
