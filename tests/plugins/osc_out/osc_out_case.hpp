// SPDX-License-Identifier: MIT
// osc_out to one peer or several, for the tests of more than one file.
#pragma once

#include <tactus/testhost/instance.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tactus::testing {

inline const char* const door = "tcp://127.0.0.1:57120";
inline const byte_string a{'/', 'a', 0, 0};

class osc_out : public test_instance {
public:
    explicit osc_out(const std::vector<std::string>& to = {door})
        : test_instance(load_entry(PLUGIN_FILE), "osc_out") {
        for (const std::string& each : to) {
            config.add("to", "\"" + each + "\"");
        }
    }
    std::pair<tactus_status, std::uint32_t> send(const std::vector<byte_string>& messages,
                                                 std::uint32_t port = 0) {
        std::vector<tactus_event> events;
        for (const byte_string& message : messages) {
            tactus_event event{};
            event.bytes = message.data();
            event.size = static_cast<std::uint32_t>(message.size());
            event.protocol = TACTUS_PROTO_OSC;
            event.port = port;
            events.push_back(event);
        }
        const tactus_batch batch{sizeof(tactus_batch), static_cast<std::uint32_t>(events.size()),
                                 sizeof(tactus_event), 0, events.data()};
        std::uint32_t accepted = 0;
        const auto& output = *interface<tactus_output_0>(TACTUS_OUTPUT_0);
        const tactus_status status = output.send(plugin(), &batch, &accepted);
        return {status, accepted};
    }
    test_stream& peer(const std::string& to = door) { return *host.stream_to(to); }
    std::uint32_t port_of(const std::string& key) const {
        for (const auto& [number, port] : host.ports) {
            if (port.key == key) {
                return number;
            }
        }
        return 0;
    }
    bool is_up(const std::string& key) const { return host.ports.at(port_of(key)).is_up; }
    void let_pass(std::int64_t ms) { host.advance_to(host.now_ns() + ms * 1'000'000); }
};

inline std::pair<tactus_status, std::uint32_t> ok(std::uint32_t count) {
    return {TACTUS_OK, count};
}

} // namespace tactus::testing
