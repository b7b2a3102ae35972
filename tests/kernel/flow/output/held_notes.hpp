// SPDX-License-Identifier: MIT
// Senders of two inputs that begin notes at an output, and what of that the output hears.
#pragma once

#include "tests/kernel/flow/flow_support.hpp"

#include <fmt/format.h>

namespace tactus::flow::test {

using texts = std::vector<std::string>;

inline const texts nothing;

inline constexpr std::uint32_t first = 1; // senders, by the group of their events
inline constexpr std::uint32_t second = 2;
inline constexpr std::uint32_t nobody = 0;

// Two inputs, and an output of MIDI unless chosen otherwise.
inline std::unique_ptr<flow_under_test> flow_to(const output_choice& choice = {
                                                    .protocols = takes_midi}) {
    auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input({.name = "keys"}));
    static_cast<void>(flow->add_input({.name = "pads"}));
    static_cast<void>(flow->add_output(choice));
    flow->route_all();
    return flow;
}

struct from {
    std::uint32_t sender = first;
    std::int64_t in_ms = 0;
    std::uint16_t flags = 0;
    std::uint16_t input = 0;
};

inline void play(flow_under_test& flow, const wire::bytes& message, const from& by = {}) {
    tactus_event event = event_of(TACTUS_PROTO_MIDI, message);
    event.due_ns = by.in_ms == 0 ? 0 : flow.clock.now_ns() + by.in_ms * ms_ns;
    event.flags = by.flags;
    event.group = by.sender;
    static_cast<void>(flow.in.emit(by.input, batch_of({event}, droppable)));
    flow.drain();
}

// What an output got since it was asked last, in hex.
class listener {
public:
    explicit listener(flow_under_test& flow, std::uint16_t output = 0)
        : flow_(flow), output_(output), seen_(flow.sink(output).records.size()) {}
    texts heard() {
        flow_.drain();
        texts all;
        for (; seen_ < flow_.sink(output_).records.size(); ++seen_) {
            std::string line;
            for (const char each : flow_.sink(output_).records[seen_].bytes) {
                line += fmt::format("{:02X}", static_cast<unsigned char>(each));
            }
            all.push_back(line);
        }
        return all;
    }

private:
    flow_under_test& flow_;
    std::uint16_t output_;
    std::size_t seen_;
};

inline std::uint64_t times_ended(flow_under_test& flow, std::uint16_t output = 0) {
    return flow.output(output).ledger.silenced_by.of(silence_cause::source_gone);
}

} // namespace tactus::flow::test
