// SPDX-License-Identifier: MIT
#include "bench/websocket.hpp"

#include "bench/measure.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace tactus::bench {
namespace {

void send_text(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            fail("the WebSocket was closed by its other end.");
        }
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string read_head(int fd) {
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && ::recv(fd, &byte, 1, 0) == 1) {
        head += byte;
    }
    return head;
}

} // namespace

websocket::websocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // as browsers do
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("no WebSocket listens on port " + std::to_string(port) + ".");
    }
    send_text(fd_, "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                       "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Version: 13\r\n\r\n");
    if (!read_head(fd_).starts_with("HTTP/1.1 101")) {
        fail("port " + std::to_string(port) + " speaks no WebSocket.");
    }
}

websocket::~websocket() {
    ::close(fd_);
}

void websocket::send_json(std::string_view text) {
    constexpr std::array<char, 4> mask{'t', 'i', 'm', 'e'};
    constexpr std::size_t short_max = 125;
    frame_.assign(1, '\x81'); // the last and only frame of a text
    if (text.size() <= short_max) {
        frame_ += static_cast<char>(0x80U | text.size());
    } else {
        frame_ += '\xfe';
        frame_ += static_cast<char>(text.size() >> 8U);
        frame_ += static_cast<char>(text.size() & 0xffU);
    }
    frame_.append(mask.begin(), mask.end());
    for (std::size_t i = 0; i < text.size(); ++i) {
        frame_ += static_cast<char>(text[i] ^ mask[i % mask.size()]);
    }
    send_text(fd_, frame_);
}

} // namespace tactus::bench
