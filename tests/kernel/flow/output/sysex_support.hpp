// SPDX-License-Identifier: MIT
// SysEx in parts, and a flow whose outputs take them.
#pragma once

#include "tests/kernel/flow/flow_support.hpp"

namespace tactus::flow::test {

inline wire::bytes first_part(std::size_t size = 300, std::uint8_t fill = 1) {
    wire::bytes made(size, fill);
    made.front() = 0xF0;
    return made;
}
inline wire::bytes more(std::size_t size = 200, std::uint8_t fill = 2) {
    return wire::bytes(size, fill);
}
inline const wire::bytes end_of_it = {0xF7};

inline constexpr output_choice parts_output{.settings = {},
                                            .protocols = takes_midi,
                                            .ahead_ns = 0,
                                            .is_deferred = false,
                                            .takes_parts = true};

struct parts_flow : flow_under_test {
    using flow_under_test::flow_under_test;

    void part(const wire::bytes& bytes, std::uint32_t source = 0, std::uint16_t input = 0,
              std::int64_t due_ns = 0) {
        stamp with;
        with.flags = TACTUS_EVENT_SYSEX_PART;
        with.source = source;
        with.due_ns = due_ns;
        CHECK(emit(TACTUS_PROTO_MIDI, bytes, with, droppable, input).status == TACTUS_OK);
    }
    // All that an output was given, one after the other.
    [[nodiscard]] wire::bytes sent(std::uint16_t output = 0) {
        drain();
        std::string all;
        for (const std::string& each : sink(output).payloads()) {
            all += each;
        }
        return {all.begin(), all.end()};
    }
    [[nodiscard]] std::uint64_t routed(std::uint16_t input = 0) const {
        return ledger(input).routed;
    }
};

// One input to so many outputs that take parts.
inline std::unique_ptr<parts_flow> flow_to(int outputs, const output_choice& choice = parts_output,
                                           int inputs = 1) {
    auto flow = std::make_unique<parts_flow>();
    for (int i = 0; i < inputs; ++i) {
        static_cast<void>(flow->add_input());
    }
    for (int i = 0; i < outputs; ++i) {
        static_cast<void>(flow->add_output(choice));
    }
    flow->route_all();
    return flow;
}

inline output_choice of_room(std::uint64_t events, bool is_deferred = false) {
    output_choice choice = parts_output;
    choice.settings.limits.pending.events = events;
    choice.is_deferred = is_deferred;
    return choice;
}

} // namespace tactus::flow::test
