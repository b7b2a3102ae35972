// SPDX-License-Identifier: MIT
#include "tests/support/daemon_process.hpp"

#include "tests/support/free_port.hpp"
#include "tests/support/udp_peer.hpp"

#include <csignal>
#include <fmt/format.h>
#include <iostream>
#include <stdexcept>

namespace tactus::test {
namespace {

constexpr const char* runs = "The daemon is running.";

std::uint16_t port_in(const std::string& log) {
    const std::string key = "metrics=";
    const std::size_t at = log.find(key, log.find(runs));
    if (at == std::string::npos) {
        return 0;
    }
    const std::size_t colon = log.find(':', at);
    return static_cast<std::uint16_t>(std::stoi(log.substr(colon + 1)));
}

} // namespace

std::uint16_t free_udp_port() {
    return free_port<udp_peer>();
}

http_answer http_get(std::uint16_t port, const std::string& path) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string text;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
        const std::string request =
            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
        char buffer[4096];
        for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
            text.append(buffer, static_cast<std::size_t>(n));
        }
    }
    ::close(fd);
    const std::size_t body = text.find("\r\n\r\n");
    if (text.size() < 12 || body == std::string::npos) {
        return {};
    }
    return {std::stoi(text.substr(9, 3)), text.substr(body + 4)};
}

daemon_process::daemon_process(const std::string& configuration, const process::options& options) {
    std::string text = configuration;
    if (text.find("[metrics]") == std::string::npos) {
        text += "\n[metrics]\nlisten = \"127.0.0.1:0\"\n";
    }
    const std::string file = folder_.write("test.toml", text);
    program_ =
        std::make_unique<process>(std::vector<std::string>{tactus_program, "run", file}, options);
    if (!program_->says(runs)) {
        throw std::runtime_error("the daemon did not start:\n" + program_->err());
    }
    metrics_port_ = port_in(program_->err());
}

int daemon_process::stop() {
    program_->signal(SIGTERM);
    const int code = program_->wait().value_or(-1);
    if (code != 0) { // whoever compares it has no words of the daemon's
        std::cerr << "The daemon ended with " << code << ":\n" << program_->err();
    }
    return code;
}

double daemon_process::metric(const std::string& series) const {
    const std::string body = "\n" + http_get(metrics_port_, "/metrics").body;
    const std::size_t at = body.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(body.substr(at + series.size() + 2));
}

std::string osc_bridge(std::uint16_t in, std::uint16_t out) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"

[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"

[[route]]
from = "desk"
to = "projector"
)",
                       in, out);
}

} // namespace tactus::test
