// SPDX-License-Identifier: MIT
#include "tests/support/jack_receiver.hpp"

#include <csignal>
#include <sstream>
#include <stdexcept>

namespace tactus::test {
namespace {

std::vector<std::string> arguments_for(const std::string& client, const std::string& connect_to,
                                       std::chrono::microseconds late) {
    std::vector<std::string> arguments{TACTUS_JACK_CHILD, "receive", client};
    if (!connect_to.empty()) {
        arguments.push_back(connect_to);
        arguments.push_back(std::to_string(late.count()));
    }
    return arguments;
}

std::vector<std::uint8_t> from_hex(const std::string& digits) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

} // namespace

jack_receiver::jack_receiver(const std::string& client, const std::string& connect_to,
                             std::chrono::microseconds late)
    : child_(arguments_for(client, connect_to, late)) {
    if (!child_.says("ready\n")) {
        throw std::runtime_error("the JACK receiver did not start: " + child_.out());
    }
}

// Properly, where the server answers: jackd takes seconds to forget a client that was killed.
jack_receiver::~jack_receiver() {
    child_.signal(SIGTERM);
    static_cast<void>(child_.wait(std::chrono::seconds(1)));
}

bool jack_receiver::is_connected(std::chrono::milliseconds limit) {
    return child_.says("connected ", limit);
}

bool jack_receiver::wait_for(std::size_t n, std::chrono::milliseconds limit) {
    return eventually([this, n] { return events().size() >= n; }, limit);
}

std::vector<jack_event> jack_receiver::events() const {
    std::vector<jack_event> all;
    const std::string written = child_.out();
    // A line that is not yet ended is still being written.
    std::istringstream lines(written.substr(0, written.rfind('\n') + 1));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string kind;
        std::string digits;
        jack_event event{};
        if (words >> kind && kind == "event" &&
            words >> event.time_ns >> event.frame >> event.at_ns >> digits) {
            event.bytes = from_hex(digits);
            all.push_back(std::move(event));
        }
    }
    return all;
}

bool jack_receiver::has_lost() const {
    return child_.out().find("lost\n") != std::string::npos;
}

} // namespace tactus::test
