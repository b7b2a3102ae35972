// SPDX-License-Identifier: MIT
// A JACK client with a MIDI output port, CLIENT:out, that plays what it is told. A process of its
// own, as jack_receiver is, on the default server.
#pragma once

#include "tests/support/process.hpp"

#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::test {

class jack_sender {
public:
    /// Returns when the port is there; throws where it does not come. With `connect_to`, it
    /// connects to the first input whose name contains that, as soon as there is one.
    explicit jack_sender(const std::string& client, const std::string& connect_to = {});
    jack_sender(const jack_sender&) = delete;
    jack_sender& operator=(const jack_sender&) = delete;
    ~jack_sender();

    /// By whomever: what is sent from now on arrives.
    [[nodiscard]] bool is_connected(std::chrono::milliseconds limit = patience);

    /// One JACK event, of these very bytes: "90 3C 64", or at another frame than the first: "@17 90
    /// 3C 64". "-": what follows is sent in a later period. "[": what follows up to "]" is sent
    /// together, without a pause.
    void send(std::string_view hex);
    void send(const std::vector<std::uint8_t>& bytes);

    /// Its process callback does not return until go_on().
    void hang() { child_.signal(SIGUSR1); }
    void go_on() { child_.signal(SIGUSR2); }

private:
    temp_dir folder_;
    std::ofstream lines_;
    process child_;
};

} // namespace tactus::test
