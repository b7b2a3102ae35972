// SPDX-License-Identifier: MIT
// What systemd is to a service: the socket that sd_notify(3) writes to.
#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tactus::test {

class fake_systemd {
public:
    enum class kind { path, abstract };

    explicit fake_systemd(kind of = kind::path)
        : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
          name_(of == kind::path ? folder_.path("notify")
                                 : "@tactus-test-" + std::to_string(::getpid()) + folder_.path()) {
        const sockaddr_un here = address();
        if (fd_ < 0 || ::bind(fd_, reinterpret_cast<const sockaddr*>(&here), size()) != 0) {
            throw std::runtime_error("no socket for the test");
        }
    }
    fake_systemd(const fake_systemd&) = delete;
    fake_systemd& operator=(const fake_systemd&) = delete;
    ~fake_systemd() { ::close(fd_); }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] process::options options(std::vector<std::string> more = {}) const {
        more.push_back("NOTIFY_SOCKET=" + name_);
        return {std::move(more), {}};
    }

    // The next datagram, or none after the limit.
    [[nodiscard]] std::optional<std::string>
    receive(std::chrono::milliseconds limit = patience) const {
        pollfd one{fd_, POLLIN, 0};
        if (::poll(&one, 1, static_cast<int>(limit.count())) != 1) {
            return std::nullopt;
        }
        char bytes[4096];
        const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
        return got < 0 ? std::nullopt
                       : std::optional(std::string(bytes, static_cast<std::size_t>(got)));
    }
    // Reads until one has this text, and returns it; empty after the limit.
    [[nodiscard]] std::string await(const std::string& text,
                                    std::chrono::milliseconds limit = patience) const {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (std::chrono::steady_clock::now() < end) {
            const std::optional<std::string> got = receive(std::chrono::milliseconds(100));
            if (got && got->find(text) != std::string::npos) {
                return *got;
            }
        }
        return {};
    }
    // All that waits to be read.
    [[nodiscard]] std::string drain() const {
        std::string all;
        while (const auto got = receive(std::chrono::milliseconds(0))) {
            all += *got + "\n";
        }
        return all;
    }
    // Sends to itself until no more fits: nobody else gets a word in.
    void fill() const {
        const int from = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const sockaddr_un there = address();
        while (::sendto(from, "X", 1, 0, reinterpret_cast<const sockaddr*>(&there), size()) == 1) {
        }
        ::close(from);
    }
    // Nobody is there any more.
    void vanish() const { ::unlink(name_.c_str()); }

private:
    [[nodiscard]] sockaddr_un address() const {
        sockaddr_un made{};
        made.sun_family = AF_UNIX;
        std::memcpy(made.sun_path, name_.data(), std::min(name_.size(), sizeof made.sun_path - 1));
        if (name_.front() == '@') {
            made.sun_path[0] = '\0';
        }
        return made;
    }
    [[nodiscard]] socklen_t size() const {
        return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    }

    temp_dir folder_;
    int fd_;
    std::string name_;
};

} // namespace tactus::test
