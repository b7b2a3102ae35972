// SPDX-License-Identifier: MIT
#include "tests/support/jack_sender.hpp"

#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace tactus::test {
namespace {

std::vector<std::string> arguments_for(const std::string& client, const std::string& lines,
                                       const std::string& connect_to) {
    std::vector<std::string> arguments{TACTUS_JACK_CHILD, "send", client, lines};
    if (!connect_to.empty()) {
        arguments.push_back(connect_to);
    }
    return arguments;
}

} // namespace

jack_sender::jack_sender(const std::string& client, const std::string& connect_to)
    : lines_(folder_.path("lines")),
      child_(arguments_for(client, folder_.path("lines"), connect_to)) {
    if (!child_.says("ready\n")) {
        throw std::runtime_error("the JACK sender did not start: " + child_.out());
    }
}

// Properly, where the server answers: jackd takes seconds to forget a client that was killed.
jack_sender::~jack_sender() {
    child_.signal(SIGTERM);
    static_cast<void>(child_.wait(std::chrono::seconds(1)));
}

bool jack_sender::is_connected(std::chrono::milliseconds limit) {
    return child_.says("connected\n", limit);
}

void jack_sender::send(std::string_view hex) {
    lines_ << hex << std::endl;
}

void jack_sender::send(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        char digits[4];
        std::snprintf(digits, sizeof digits, "%02X ", byte);
        text += digits;
    }
    send(text);
}

} // namespace tactus::test
