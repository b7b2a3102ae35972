// SPDX-License-Identifier: MIT
#include "kernel/flow/route/rule_sender.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>

namespace tactus::flow {

route_result rule_sender::send(const rule& rule, const message& one, const event_scope& scope,
                               std::optional<dropped> muted_as) noexcept {
    const own_event own = with_.writer.make(rule, one, scope, muted_as);
    if (own.made.why != fault::none) {
        with_.record.failed(rule, one, own.made);
        return route_result::untranslatable;
    }
    return rule.gate ? send_gated(own, one) : send_on(own, one);
}

// A waiting event is replaced only by one that found room.
route_result rule_sender::send_gated(const own_event& own, const message& one) noexcept {
    const std::span<const std::uint8_t> midi = with_.writer.as_midi(own, one, with_.dispatcher);
    if (one.limited && (midi.empty() || !sounding::is_end(midi))) {
        return route_result::limited; // it must not count as let through
    }
    const rule& rule = own.by;
    const std::uint64_t delivery_epoch = delivery_epoch_of(rule);
    const rate_gate::answer gated = ask_gate(own, one, midi, delivery_epoch);
    if (gated.what == rate_gate::verdict::throttled ||
        gated.what == rate_gate::verdict::unchanged) {
        for (const std::uint16_t output : rule.route.outputs) {
            with_.record.held_back(one, {.output = output, .route = rule.id},
                                   gated.what == rate_gate::verdict::throttled
                                       ? dropped::throttled
                                       : dropped::unchanged);
        }
        return gated.what == rate_gate::verdict::throttled ? route_result::throttled
                                                           : route_result::unchanged;
    }
    route_result end = route_result::delivered;
    if (gated.what == rate_gate::verdict::later) {
        message mine = one;
        mine.ticket = with_.dispatcher.tickets().issue();
        own.by.gate->wait_as(gated, mine.ticket);
        mine.due_ns = gated.due_ns;
        end = send_on(own, mine);
    } else {
        end = send_on(own, one);
    }
    if (gated.replaces != 0 && delivery_epoch_of(rule) == delivery_epoch) {
        with_.dispatcher.tickets().replace(gated.replaces);
    }
    return end;
}

// To each output of the route: what it has made, or the message itself once more.
route_result rule_sender::send_on(const own_event& own, const message& one) noexcept {
    route_result best = route_result::filtered;
    for (const std::uint16_t output : own.by.route.outputs) {
        destination to{output, port_table::none, own.by.id, own.muted_as, own.by.id};
        route_result end = with_.sender.find_port(one, to);
        if (end == route_result::delivered && own.by.route.as) {
            end = with_.sender.send_made(own, one, to);
        } else if (end == route_result::delivered) {
            end = with_.sender.send(one, to, nullptr);
            with_.watch.did(due_watch::delivery_steps + due_watch::copied(one.bytes.size()));
        }
        best = std::min(best, end);
    }
    return best;
}

// `midi`: the event as one MIDI message; empty if no output gets it as that. A note is a note in
// either protocol. Note-offs always pass, and so do critical events.
rate_gate::answer rule_sender::ask_gate(const own_event& own, const message& one,
                                        std::span<const std::uint8_t> midi,
                                        std::uint64_t delivery_epoch) const noexcept {
    const bool is_midi = !midi.empty();
    if (is_midi && codec::midi_view{midi}.is_note_off()) {
        own.by.gate->note_ended(midi);
        return {};
    }
    if (one.is_critical()) {
        return {};
    }
    rate_gate::question about;
    about.key =
        gate_key(is_midi ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC, is_midi ? midi : own.bytes);
    about.content = gate_content(is_midi ? midi : own.bytes);
    about.due_ns = one.due_ns;
    about.ends_ns = own.made.length_ns > 0 ? one.due_ns + own.made.length_ns : rate_gate::never_ns;
    about.delivery_epoch = delivery_epoch;
    about.may_wait = !is_midi || !codec::midi_view{midi}.is_note_on();
    return own.by.gate->ask(about);
}

std::uint64_t rule_sender::delivery_epoch_of(const rule& rule) noexcept {
    std::uint64_t sum = 0;
    for (const std::uint16_t output : rule.route.outputs) {
        sum += with_.dispatcher.account().delivery_epoch(output);
    }
    return sum;
}

} // namespace tactus::flow
