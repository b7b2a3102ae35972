// SPDX-License-Identifier: MIT
// An input whose events a thread of its own emits, as a driver's callback does, and an output on
// the loop that writes down what reaches it.
#pragma once

#include "kernel/host/foreign/foreign_events.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <string>
#include <vector>

namespace tactus::testing {

// A well-formed OSC message of that many bytes, a multiple of 4.
inline std::string osc_of(std::size_t bytes) {
    std::string message = "/n" + std::string(2, '\0') + ",s" + std::string(2, '\0');
    message.resize(bytes - 4, 'x');
    return message + std::string(4, '\0');
}

// An output on the loop that writes down what reaches it.
struct foreign_case : loop_instance {
    struct recorder : flow::sink {
        std::vector<tactus_event> events;
        flow::sounding sounding; // of the MIDI among them
        flow::hand_off send(const tactus_batch& batch) noexcept override {
            for (std::uint32_t i = 0; i < batch.count; ++i) {
                const tactus_event& each = batch.events[i];
                events.push_back(each);
                if (each.protocol == TACTUS_PROTO_MIDI) {
                    sounding.follow(std::span(each.bytes, each.size));
                }
            }
            return {TACTUS_OK, batch.count};
        }
    } arrived;

    foreign_case() {
        start();
        flow::output::connection to;
        to.sink = &arrived;
        to.protocols = 1U << TACTUS_PROTO_OSC | 1U << TACTUS_PROTO_MIDI;
        fixture.dispatcher.connections().attach(0, to);
        (void)fixture.dispatcher.connections().ports(0).add("p", "p", true);
        fixture.dispatcher.connections().ports_changed(0);
    }
    ~foreign_case() override {
        wind_up();
        fixture.dispatcher.connections().detach(0, flow::dropped::stop);
    }
    tactus_status emit(const tactus_batch& batch) const {
        std::uint32_t accepted = 0;
        return emit(batch, accepted);
    }
    tactus_status emit(const tactus_batch& batch, std::uint32_t& accepted) const {
        return table<tactus_emit_0>(TACTUS_EMIT_0).emit(host(), &batch, &accepted);
    }
    // Everything that was emitted is in the input's ledger.
    [[nodiscard]] bool all_counted(std::uint64_t n) {
        return turn_until([&] { return fixture.input(1).received == n; });
    }
};

} // namespace tactus::testing
