// SPDX-License-Identifier: MIT
// One message on its way from the ingress to the outputs, and what became of it. The ingress makes
// it, well-formed, within the limits of its input and with a due time; the fan-out only reads it.
// Views are valid until the fan-out returns. Threads: loop.
#pragma once

#include "kernel/codec/osc_message.hpp"
#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/flow/event_observer.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/notes/note_owners.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/output/sysex_streams.hpp"

#include <tactus/event.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tactus::flow {

// The emitting input, as far as routes know it.
struct source_input {
    std::string name; // value of $input and $port, and in the address of MIDI written as OSC
    port_table ports; // which its events name as their source
    bool dispatches_patterns = false; // in addresses, as OSC 1.0 specifies
};

struct message {
    std::uint16_t input = 0;
    const source_input* from = nullptr;
    const tactus_event* packet = nullptr;    // the event that contained it
    const codec::osc_message* osc = nullptr; // nullptr: MIDI
    std::span<const std::uint8_t> bytes;
    std::int64_t due_ns = 0; // until the ingress has accepted it, 0 = now
    std::int64_t arrival_ns = 0;
    std::uint16_t flags = 0;
    std::uint32_t ticket = 0;   // it is judged when it is due
    bool no_sysex = false;      // must not leave as one
    bool is_operators = false;  // an operator sent it as that input; its tag is the operator's
    bool spares_others = false; // must not end what another sender holds
    // It is beyond a limit, for this reason: it passes only if it ends something that waits for its
    // end.
    std::optional<rejected> limited{};
    sysex_streams::stream* opens = nullptr; // it is the first part of this SysEx

    // Empty for MIDI.
    [[nodiscard]] std::string_view address() const noexcept {
        return osc != nullptr ? osc->address : std::string_view();
    }
    // The owner of its tag, which is told the outcome.
    [[nodiscard]] std::uint16_t tag_owner() const noexcept {
        return is_operators ? outcome_observers::operator_owner : input;
    }
    [[nodiscard]] bool is_critical() const noexcept { return (flags & TACTUS_EVENT_CRITICAL) != 0; }
};

// The message as an event_observer receives it.
[[nodiscard]] inline observed_event shown(const message& one) noexcept {
    return {.input = one.input,
            .protocol = one.packet->protocol,
            .flags = one.packet->flags,
            .came_ns = one.arrival_ns,
            .due_ns = one.due_ns,
            .bytes = one.bytes};
}

// The outcome of a message; the ingress counts it in the input's ledger.
struct outcome {
    enum class kind : std::uint8_t {
        routed,     // it became deliveries, or an output counted it as dropped
        rejected,   // for the reason `refusal`
        unrouted,   // for the reason `stray`
        too_costly, // rejected: resolving the pattern in its address takes too many steps
    };
    kind is = kind::routed;
    rejected refusal = rejected::malformed;
    unrouted stray = unrouted::no_route;
    // unsupported_type: the argument that could not become MIDI, if known. Valid until the next
    // message.
    const codec::bad_argument* bad = nullptr;
};

// One output, and what is known of the way there.
struct destination {
    std::uint16_t output = 0;
    std::uint32_t port = port_table::none;          // none: any port that is up when it is due
    std::uint16_t own_route = note_owner::no_route; // id: that sends an event of its own there
    std::optional<dropped> muted_as{};              // only muted routes lead there (route_muting)
    std::uint16_t route = unknown_route;            // id: that leads there
};

// Tags belong to their input: no input can cancel what another emitted. Bounds: tag < 2^24.
[[nodiscard]] constexpr std::uint32_t tag_of(std::uint16_t input, std::uint32_t tag) noexcept {
    return tag == 0 ? 0 : (std::uint32_t{input} << outcome_observers::tag_bits) | tag;
}

} // namespace tactus::flow
