// SPDX-License-Identifier: MIT
// The whole flow in virtual time: ingress, router, timed queue, dispatcher, and recording sinks in
// place of plugins. After every case the ledgers have to be exact: `balanced()`.
#pragma once

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/time/timebase.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_sink.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tactus::flow::test {

using wire::operator+;

inline constexpr std::int64_t ms_ns = 1'000'000;
inline constexpr std::uint32_t takes_midi = 1U << TACTUS_PROTO_MIDI;
inline constexpr std::uint32_t takes_osc = 1U << TACTUS_PROTO_OSC;
inline constexpr std::uint32_t droppable = TACTUS_BATCH_DROPPABLE;

// "/address" with one int32, or without arguments.
inline wire::bytes osc(std::string_view address, std::optional<std::int32_t> value = {}) {
    wire::bytes out(address.begin(), address.end());
    out.resize(out.size() / 4 * 4 + 4);
    out = out + (value ? wire::raw(",i\0") : wire::raw(",\0\0"));
    return value ? out + wire::big_endian(static_cast<std::uint32_t>(*value), 4) : out;
}
inline wire::bytes note_on(int note, int channel = 0) {
    return {static_cast<std::uint8_t>(0x90 | channel), static_cast<std::uint8_t>(note), 100};
}
inline wire::bytes note_off(int note, int channel = 0) {
    return {static_cast<std::uint8_t>(0x80 | channel), static_cast<std::uint8_t>(note), 64};
}
inline std::string text(const wire::bytes& bytes) {
    return std::string(bytes.begin(), bytes.end());
}

// What an input emits besides the bytes.
struct stamp {
    std::int64_t due_ns = 0;
    std::int64_t received_ns = 0;
    std::uint32_t port = 0;
    std::uint32_t tag = 0;
    std::uint16_t flags = 0;
    std::uint32_t source = 0;
};

inline tactus_event event_of(std::uint16_t protocol, const wire::bytes& bytes,
                             const stamp& with = {}) {
    return {with.due_ns,  with.received_ns,
            bytes.data(), static_cast<std::uint32_t>(bytes.size()),
            with.port,    with.tag,
            protocol,     with.flags,
            with.source,  0};
}
inline tactus_batch batch_of(const std::vector<tactus_event>& events, std::uint32_t flags) {
    return {sizeof(tactus_batch), static_cast<std::uint32_t>(events.size()), sizeof(tactus_event),
            flags, events.data()};
}

struct output_choice {
    output_settings settings = {};
    std::uint32_t protocols = takes_osc;
    std::int64_t ahead_ns = 0;
    bool is_deferred = false;
    bool takes_parts = false;
};

class flow_under_test {
public:
    explicit flow_under_test(const queue_limits& limits = {})
        : out(std::move(*timed_queue::make(limits, clock.now_ns())), clock), fan(out, clock),
          in(fan, out, timebase, clock) {}

    testing::manual_clock clock;
    time::timebase timebase{clock};
    dispatcher out;
    fan_out fan;
    ingress in;
    ingress_settings settings;
    circle_settings circles;
    std::vector<std::unique_ptr<testing::recording_sink>> sinks;
    std::vector<output_choice> choices;

    // Attached, with one port that is up.
    std::uint16_t add_output(const output_choice& choice = {}) {
        const auto added = out.add_output(choice.settings);
        REQUIRE(added.has_value());
        sinks.push_back(std::make_unique<testing::recording_sink>(clock));
        choices.push_back(choice);
        attach(*added);
        return *added;
    }
    void attach(std::uint16_t output, std::string_view key = "port") {
        const output_choice& choice = choices[output];
        out.connections().attach(
            output, {sinks[output].get(), choice.protocols, choice.ahead_ns, choice.is_deferred,
                     choice.ahead_ns > 0 && !choice.is_deferred, choice.takes_parts});
        static_cast<void>(add_port(output, key));
    }
    std::uint32_t add_port(std::uint16_t output, std::string_view key, bool is_up = true) {
        const std::uint32_t port = out.connections().ports(output).add(key, key, is_up);
        out.connections().ports_changed(output);
        return port;
    }
    void set_up(std::uint16_t output, std::uint32_t port, bool is_up,
                std::string_view key = "port") {
        REQUIRE(out.connections().ports(output).update(port, key, is_up));
        out.connections().ports_changed(output);
    }

    std::uint16_t add_input(double rate_per_s = 0) {
        return add_input(input_settings{.rate_per_s = rate_per_s, .name = "in"});
    }
    std::uint16_t add_input(const input_settings& settings_of_it) {
        const auto added = in.add_input(settings_of_it);
        REQUIRE(added.has_value());
        inputs_ = static_cast<std::uint16_t>(*added + 1);
        return *added;
    }
    // Everything from every input to every output.
    void route_all() {
        std::vector<std::uint16_t> from;
        std::vector<std::uint16_t> to;
        for (std::uint16_t i = 0; i < inputs_; ++i) {
            from.push_back(i);
        }
        for (std::uint16_t i = 0; i < out.outputs().size(); ++i) {
            to.push_back(i);
        }
        configure(router({{from, std::nullopt, to}}));
    }
    // By `settings` and `circles`.
    void configure(router routes) {
        in.configure(settings);
        fan.configure(std::move(routes), circles);
    }
    void observe(unsupported_observer& observer) {
        in.set_observer(&observer);
        fan.set_observer(&observer);
    }

    ingress::answer emit(std::uint16_t protocol, const wire::bytes& bytes, const stamp& with = {},
                         std::uint32_t flags = droppable, std::uint16_t input = 0) {
        const std::vector<tactus_event> events = {event_of(protocol, bytes, with)};
        return in.emit(input, batch_of(events, flags));
    }
    ingress::answer emit_osc(const wire::bytes& bytes, const stamp& with = {},
                             std::uint32_t flags = droppable) {
        return emit(TACTUS_PROTO_OSC, bytes, with, flags);
    }
    ingress::answer emit_midi(const wire::bytes& bytes, const stamp& with = {},
                              std::uint32_t flags = droppable) {
        return emit(TACTUS_PROTO_MIDI, bytes, with, flags);
    }

    void run() { out.run_due(clock.now_ns()); }
    void advance_by(std::int64_t by_ns) {
        clock.advance_ns(by_ns);
        run();
    }
    // Until nothing is due any more, at most so often.
    void drain() {
        for (int i = 0; i < 1000 && out.next_due_ns() <= clock.now_ns(); ++i) {
            run();
        }
    }

    [[nodiscard]] input_ledger ledger(std::uint16_t input = 0) const {
        return in.take_snapshot(input).ledger;
    }
    [[nodiscard]] output_snapshot output(std::uint16_t number = 0) {
        return out.account().take_snapshot(number);
    }
    [[nodiscard]] std::uint64_t rejected_as(rejected reason, std::uint16_t input = 0) const {
        return ledger(input).rejected_by.of(reason);
    }
    [[nodiscard]] std::uint64_t dropped_as(dropped reason, std::uint16_t number = 0) {
        return output(number).ledger.dropped_by.of(reason);
    }
    [[nodiscard]] testing::recording_sink& sink(std::uint16_t number = 0) { return *sinks[number]; }

    // Every message and every delivery stands in exactly one column.
    [[nodiscard]] bool balanced() {
        for (std::uint16_t i = 0; i < inputs_; ++i) {
            if (ledger(i).unaccounted() != 0) {
                return false;
            }
        }
        for (std::uint16_t i = 0; i < out.outputs().size(); ++i) {
            if (!out.outputs().is_there(i)) {
                continue;
            }
            const output_snapshot taken = output(i);
            if (taken.ledger.unaccounted(taken.pending) != 0) {
                return false;
            }
        }
        return true;
    }

private:
    std::uint16_t inputs_ = 0;
};

// One input, one output, everything from the one to the other.
inline std::unique_ptr<flow_under_test> simple_flow(const output_choice& choice = {}) {
    auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input());
    static_cast<void>(flow->add_output(choice));
    flow->route_all();
    return flow;
}

} // namespace tactus::flow::test
