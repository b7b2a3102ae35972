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

// `midi` is the event as one MIDI message; empty if no output gets it as that. A note is a note in
// either protocol. Note-offs always pass, and so do critical events.
route_result rule_sender::send_gated(const own_event& own, const message& one) noexcept {
    const std::span<const std::uint8_t> midi = with_.writer.as_midi(own, one, with_.dispatcher);
    if (one.limited && (midi.empty() || !sounding::is_end(midi))) {
        return route_result::limited; // it must not count as let through
    }
    const rule& rule = own.by;
    const bool is_scheduled = one.due_ns > one.arrival_ns || must_wait_for_others(rule, one);
    if (!midi.empty() && codec::midi_view{midi}.is_note_off()) {
        const std::uint64_t note = gate_key_of_ended(midi);
        if (is_scheduled) {
            return send_later(own, one, one.due_ns, with_.gated.schedule_end(rule, note));
        }
        rule.gate->note_ended(note, one.due_ns);
        return send_on(own, one);
    }
    if (one.is_critical()) {
        return send_on(own, one);
    }
    const rate_gate::question about = question_of(own, one, midi);
    if (is_scheduled) {
        return send_later(own, one, one.due_ns, with_.gated.schedule(rule, about));
    }
    const rate_gate::answer gated = rule.gate->ask(about);
    switch (gated.what) {
    case rate_gate::verdict::now:
        return send_on(own, one);
    case rate_gate::verdict::throttled:
    case rate_gate::verdict::unchanged:
        return hold_back(rule, one, gated.what);
    case rate_gate::verdict::later:
        break;
    }
    const route_result end =
        send_later(own, one, gated.due_ns, with_.gated.wait(rule, about.key, gated));
    // Only one that found room takes the place of another.
    if (gated.replaces != 0 && with_.gated.delivery_epoch_of(rule) == about.delivery_epoch) {
        with_.gated.replace(gated.replaces);
    }
    return end;
}

route_result rule_sender::send_later(const own_event& own, const message& one, std::int64_t due_ns,
                                     std::uint32_t ticket) noexcept {
    message mine = one;
    mine.due_ns = due_ns;
    mine.ticket = ticket;
    return send_on(own, mine);
}

route_result rule_sender::hold_back(const rule& rule, const message& one,
                                    rate_gate::verdict why) noexcept {
    const bool is_throttled = why == rate_gate::verdict::throttled;
    for (const std::uint16_t output : rule.route.outputs) {
        with_.record.held_back(one, {.output = output, .route = rule.id},
                               is_throttled ? dropped::throttled : dropped::unchanged);
    }
    return is_throttled ? route_result::throttled : route_result::unchanged;
}

// Something that is due already, and may have to be judged first, has not left yet.
bool rule_sender::must_wait_for_others(const rule& rule, const message& one) const noexcept {
    const std::vector<std::uint16_t>& outputs = rule.route.outputs;
    return rule.gate->has_scheduled() &&
           std::any_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
               const std::int64_t leaves_ns = with_.dispatcher.next_due_ns(output);
               return leaves_ns != dispatcher::never_ns &&
                      leaves_ns + with_.dispatcher.outputs().at(output).connected.ahead_ns <=
                          one.due_ns;
           });
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

rate_gate::question rule_sender::question_of(const own_event& own, const message& one,
                                             std::span<const std::uint8_t> midi) noexcept {
    const bool is_midi = !midi.empty();
    rate_gate::question about;
    about.key =
        gate_key(is_midi ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC, is_midi ? midi : own.bytes);
    about.content = gate_content(is_midi ? midi : own.bytes);
    about.due_ns = one.due_ns;
    about.came_ns = one.arrival_ns;
    about.ends_ns = own.made.length_ns > 0 ? one.due_ns + own.made.length_ns : rate_gate::never_ns;
    about.delivery_epoch = with_.gated.delivery_epoch_of(own.by);
    about.may_wait = !is_midi || !codec::midi_view{midi}.is_note_on();
    return about;
}

} // namespace tactus::flow
