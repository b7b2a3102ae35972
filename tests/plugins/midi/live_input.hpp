// SPDX-License-Identifier: MIT
// midi_in, live: what a JACK client of another process sends comes out as events.
#pragma once

#include "tests/plugins/midi/live_instance.hpp"
#include "tests/support/jack_sender.hpp"

namespace tactus::test {

class live_input : public live_instance {
public:
    live_input(std::string_view key, std::string_view value, std::string name = "in")
        : live_instance("midi_in", key, value, std::move(name)) {}

    tactus_status start() { return instance.start(); }

    /// At least n events have come.
    bool until_events(std::size_t n, std::chrono::milliseconds limit = patience) {
        return until([this, n] { return events().size() >= n; }, limit);
    }
    const std::vector<testing::emitted_event>& events() const { return instance.host.emitted; }
    std::vector<message> messages() const {
        std::vector<message> all;
        for (const testing::emitted_event& each : events()) {
            all.push_back(each.bytes);
        }
        return all;
    }
    /// Ports that are up.
    std::size_t count_up() const {
        const auto& ports = instance.host.ports;
        return static_cast<std::size_t>(std::count_if(
            ports.begin(), ports.end(), [](const auto& each) { return each.second.is_up; }));
    }
};

/// A virtual input, and a JACK client that plays into it.
struct played_input {
    played_input() {
        server.start();
        input.start();
        REQUIRE(input.until_up());
        keys = std::make_unique<jack_sender>("keys", "tactus:v");
        REQUIRE(keys->is_connected());
    }
    jack_server server;
    live_input input{"virtual", "v"};
    std::unique_ptr<jack_sender> keys;
};

} // namespace tactus::test
