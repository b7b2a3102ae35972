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

    tactus_status start() {
        const tactus_status status = instance.start();
        output_ = instance.interface<tactus_output_0>(TACTUS_OUTPUT_0);
        return status;
    }

    tactus_status send(const message& bytes) {
        tactus_event event{};
        event.bytes = bytes.data();
        event.size = static_cast<std::uint32_t>(bytes.size());
        event.protocol = TACTUS_PROTO_MIDI;
        event.port = instance.host.ports.begin()->first;
        const tactus_batch batch{sizeof batch, 1, sizeof event, 0, &event};
        std::uint32_t accepted = 0;
        const auto before = std::chrono::steady_clock::now();
        const tactus_status status = output_->send(instance.plugin(), &batch, &accepted);
        slowest = std::max(slowest, std::chrono::steady_clock::now() - before);
        return status;
    }

    std::chrono::steady_clock::duration slowest{}; // of all sends

private:
    const tactus_output_0* output_ = nullptr;
};

} // namespace tactus::test
