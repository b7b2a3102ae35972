// SPDX-License-Identifier: MIT
// A client of a unix stream socket, for tests that talk to the daemon: blocking, with a limit.
#pragma once

#include "tests/support/process.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace tactus::test {

class unix_client {
public:
    explicit unix_client(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un there{};
        there.sun_family = AF_UNIX;
        path.copy(there.sun_path, sizeof there.sun_path - 1);
        const timeval limit{20, 0}; // s
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        // The daemon opens its inputs when its outputs are up, or a moment later.
        const bool is_there = eventually([&] {
            return ::connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
        });
        if (!is_there) {
            throw std::runtime_error("nobody listens at " + path);
        }
    }
    unix_client(const unix_client&) = delete;
    unix_client& operator=(const unix_client&) = delete;
    ~unix_client() { ::close(fd_); }

    void write(const std::string& text) const {
        if (::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
            throw std::runtime_error("the peer of a unix socket took not all");
        }
    }
    void end() const { ::shutdown(fd_, SHUT_WR); }
    [[nodiscard]] std::string read_line() const {
        std::string line;
        char c = 0;
        while (line.find('\n') == std::string::npos && ::read(fd_, &c, 1) == 1) {
            line += c;
        }
        return line;
    }

private:
    int fd_;
};

} // namespace tactus::test
