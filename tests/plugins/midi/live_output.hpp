// SPDX-License-Identifier: MIT
// midi_out, live: the test calls its send as the worker would.
#pragma once

#include "tests/plugins/midi/live_instance.hpp"
#include "tests/support/jack_receiver.hpp"

namespace tactus::test {

class live_output : public live_instance {
public:
    live_output(std::string_view key, std::string_view value, std::string name = "out")
        : live_instance("midi_out", key, value, std::move(name)) {}

    tactus_status start() { return instance.start(); }

    tactus_status send(const message& bytes) {
        const auto before = std::chrono::steady_clock::now();
        const tactus_status status =
            instance.send_one(TACTUS_PROTO_MIDI, bytes, instance.host.ports.begin()->first);
        slowest = std::max(slowest, std::chrono::steady_clock::now() - before);
        return status;
    }

    /// As the worker does: what was answered TACTUS_E_AGAIN is sent again when the port says that
    /// it is writable. That answer itself where it never says so.
    tactus_status deliver(const message& bytes) {
        std::vector<std::uint32_t>& writable = instance.host.writable_ports;
        for (;;) {
            writable.clear();
            const tactus_status status = send(bytes);
            if (status != TACTUS_E_AGAIN || !until([&] { return !writable.empty(); })) {
                return status;
            }
        }
    }

    std::chrono::steady_clock::duration slowest{}; // of all sends
};

} // namespace tactus::test
