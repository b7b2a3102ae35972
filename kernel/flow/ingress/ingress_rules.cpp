// SPDX-License-Identifier: MIT
// Ingress: routes that check more than an address (`match`), and those that make something else of
// an event (`as`). A route without `as` adds to the outputs that the event itself is sent to, each
// once; what a route with `as` makes is an event of its own, for each output of that route.
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

std::uint8_t other_protocol(const rule& rule) noexcept {
    return rule.route.as->makes_midi() ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI;
}

bool is_end(std::span<const std::uint8_t> midi) noexcept {
    const sounding::effect does = midi.empty() ? sounding::effect::none : sounding::effect_of(midi);
    return does == sounding::effect::ends || does == sounding::effect::ends_channel;
}

std::string_view address_of(const event_scope& scope) noexcept {
    return scope.osc != nullptr ? scope.osc->address : std::string_view();
}

// Calls use(scope); the scope includes the captures of the route's wildcards if anything uses them.
template <class Use>
void with_captures(const rule& rule, const event_scope& scope, Use&& use) {
    if (!rule.captures || scope.osc == nullptr) {
        use(scope);
        return;
    }
    codec::captures space;
    event_scope wider = scope;
    if (rule.captures->match(scope.osc->address, space)) {
        wider.captured = &space;
    }
    use(wider);
}

} // namespace

event_scope ingress::scope_of(const message& one) noexcept {
    event_scope scope;
    scope.osc = one.osc;
    scope.index = &arguments_;
    scope.midi = one.bytes;
    scope.input = inputs_[one.input]->name;
    const std::string_view source = source_name(one.input, one.packet->source);
    scope.port = !source.empty()         ? source
                 : one.packet->port == 0 ? scope.input
                                         : names_.text(one.packet->port);
    return scope;
}

// The cost of evaluating a route for this message, and of making something else of it.
std::size_t ingress::steps_of(const rule& rule, const message& one) noexcept {
    const std::size_t arguments =
        one.osc == nullptr ? 0 : std::min(one.osc->types.size(), named_max);
    const std::size_t made = rule.route.as || rule.gate ? due_watch::parsed(one.bytes.size()) : 0;
    return due_watch::rule_steps + rule.lookups * (1 + arguments / 2) + made +
           (rule.captures ? due_watch::captures_steps : 0);
}

// Calls visit(const rule&, const event_scope&) for each rule whose address takes the event.
template <class Visitor>
void ingress::for_each_own_rule(const message& one, Visitor&& visit) noexcept {
    const event_scope scope = scope_of(one);
    router_.for_each_matched_rule(one.input, address_of(scope), dispatched_, [&](const rule& each) {
        if (each.route.is_own()) {
            with_captures(each, scope, [&](const event_scope& wider) { visit(each, wider); });
        }
    });
}

// Collects the outputs that the event itself is sent to, and those of what routes make of it.
void ingress::gather_reached(const message& one) noexcept {
    reached_.clear();
    reached_.add(targets_.all());
    if (router_.has_own_rules(one.input)) {
        for_each_own_rule(one, [&](const rule& each, const event_scope& scope) {
            if (each.route.filter.takes(scope)) {
                reached_.add(each.route.outputs);
            }
            watch_.did(steps_of(each, one));
        });
    }
}

void ingress::filter(const message& one, outcome& end) noexcept {
    const event_scope scope = scope_of(one);
    router_.for_each_matched_rule(one.input, address_of(scope), dispatched_, [&](const rule& each) {
        if (!each.route.is_own()) {
            with_captures(each, scope, [&](const event_scope& wider) {
                if (each.route.filter.takes(wider)) {
                    targets_.add(each.route.outputs);
                    if (is_muting_ && !is_muted(each.number, one)) {
                        open_.add(each.route.outputs);
                    }
                } else {
                    end.note(unrouted::filtered);
                }
            });
            watch_.did(steps_of(each, one));
        }
    });
}

void ingress::translate(const message& one, outcome& end) noexcept {
    for_each_own_rule(one, [&](const rule& each, const event_scope& scope) {
        send_own(each, one, scope, end);
        watch_.did(steps_of(each, one));
    });
    is_muted_ = false;
}

void ingress::send_own(const rule& rule, const message& one, const event_scope& scope,
                       outcome& end) noexcept {
    if (!rule.route.filter.takes(scope)) {
        end.note(unrouted::filtered);
        return;
    }
    is_muted_ = is_muting_ && is_muted(rule.number, one);
    made_event made;
    std::span<const std::uint8_t> bytes = one.bytes;
    if (rule.route.as) {
        made = rule.route.as->make(scope, translated_);
        bytes = std::span(translated_).first(made.size);
    }
    if (made.why != fault::none) {
        give_up(rule, one, made, end);
    } else if (!rule.gate) {
        send_through(rule, one, made, end);
    } else {
        send_gated(rule, one, made, bytes, end);
    }
}

// A SysEx in parts: routes that would rewrite or delay it do not take it.
void ingress::refuse_first_part(const message& first, outcome& end) noexcept {
    for_each_own_rule(first, [&](const rule& each, const event_scope& scope) {
        watch_.did(steps_of(each, first));
        if (!each.route.filter.takes(scope)) {
            end.note(unrouted::filtered);
            return;
        }
        for (const std::uint16_t output : each.route.outputs) {
            untaken_.push_back({output, dropped::too_large,
                                "a route with `as`, `throttle` or `dedupe` takes no SysEx of more "
                                "than 65536 bytes"});
        }
    });
}

void ingress::send_through(const rule& rule, const message& one, const made_event& made,
                           outcome& end) noexcept {
    if (rule.route.as) {
        send_made(rule, one, made, end);
    } else {
        send_copy(rule, one, end);
    }
}

// Applies the route's rate gate. A waiting event is replaced only by one that found room.
void ingress::send_gated(const rule& rule, const message& one, const made_event& made,
                         std::span<const std::uint8_t> bytes, outcome& end) noexcept {
    message mine = one;
    codec::osc_message space;
    if (one.limited &&
        !is_end(as_midi(rule, rule.route.as ? made_message(rule, one, bytes, space) : one))) {
        return; // it must not count as let through
    }
    const std::uint64_t delivery_epoch = delivery_epoch_of(rule);
    const rate_gate::answer said = ask_gate(rule, mine, made, bytes, delivery_epoch);
    if (said.what == rate_gate::verdict::throttled || said.what == rate_gate::verdict::unchanged) {
        for (const std::uint16_t output : rule.route.outputs) {
            dispatcher_.enqueuer().refuse(output, said.what == rate_gate::verdict::throttled
                                                      ? dropped::throttled
                                                      : dropped::unchanged);
        }
        end.delivered += rule.route.outputs.size(); // held back, and counted as such
        return;
    }
    if (said.what == rate_gate::verdict::later) {
        mine.ticket = dispatcher_.tickets().issue();
        *said.issued = mine.ticket;
        mine.due_ns = said.due_ns;
    }
    send_through(rule, mine, made, end);
    if (said.replaces != 0 && delivery_epoch_of(rule) == delivery_epoch) {
        dispatcher_.tickets().replace(said.replaces);
    }
}

std::uint64_t ingress::delivery_epoch_of(const rule& rule) noexcept {
    std::uint64_t sum = 0;
    for (const std::uint16_t output : rule.route.outputs) {
        sum += dispatcher_.account().delivery_epoch(output);
    }
    return sum;
}

void ingress::give_up(const rule& rule, const message& one, const made_event& why,
                      outcome& end) noexcept {
    end.has_failed = true;
    for (const std::uint16_t output : rule.route.outputs) {
        untaken_.push_back({output, dropped::untranslatable});
    }
    if (observer_ != nullptr) {
        observer_->untranslatable(one.input, rule.number,
                                  one.osc != nullptr ? one.osc->address : "MIDI", why);
    }
}

// The form in which the route's rate gate judges an unchanged message: as MIDI if any output gets
// exactly one MIDI message from it. A note is a note in either protocol.
std::span<const std::uint8_t> ingress::as_midi(const rule& rule, const message& one) noexcept {
    if (one.osc == nullptr) {
        return one.bytes;
    }
    for (const std::uint16_t output : rule.route.outputs) {
        const flow::output& to = dispatcher_.outputs().at(output);
        if (to.takes(TACTUS_PROTO_MIDI) && !to.takes(TACTUS_PROTO_OSC)) {
            const codec::translation made = by_default(one, to, renamed_);
            const auto bytes = std::span<const std::uint8_t>(renamed_).first(made.size);
            const bool is_one = made.error == codec::translate_error::none &&
                                codec::midi_front(bytes).size() == bytes.size();
            return is_one ? bytes : std::span<const std::uint8_t>();
        }
    }
    return {};
}

// Note-offs always pass, and so do critical events.
rate_gate::answer ingress::ask_gate(const rule& rule, const message& one, const made_event& made,
                                    std::span<const std::uint8_t> bytes,
                                    std::uint64_t delivery_epoch) noexcept {
    codec::osc_message osc;
    const std::span<const std::uint8_t> midi_bytes =
        as_midi(rule, rule.route.as ? made_message(rule, one, bytes, osc) : one);
    const bool is_midi = !midi_bytes.empty();
    const codec::midi_view midi{midi_bytes};
    if (is_midi && midi.is_note_off()) {
        rule.gate->note_ended(midi_bytes);
        return {};
    }
    if ((one.flags & TACTUS_EVENT_CRITICAL) != 0) {
        return {};
    }
    rate_gate::question about;
    about.key =
        gate_key(is_midi ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC, is_midi ? midi_bytes : bytes);
    about.content = gate_content(is_midi ? midi_bytes : bytes);
    about.due_ns = one.due_ns;
    about.ends_ns = made.length_ns > 0 ? one.due_ns + made.length_ns : rate_gate::never_ns;
    about.delivery_epoch = delivery_epoch;
    about.may_wait = !is_midi || !midi.is_note_on();
    return rule.gate->ask(about);
}

// Sends the event itself once more to each output of this route.
void ingress::send_copy(const rule& rule, const message& one, outcome& end) noexcept {
    for (const std::uint16_t output : rule.route.outputs) {
        const std::optional<std::uint32_t> port = port_at(one, output, end);
        if (!port) {
            continue;
        }
        send(one, {output, *port}, nullptr, end);
        watch_.did(due_watch::delivery_steps + due_watch::copied(one.bytes.size()));
    }
}

void ingress::send_made(const rule& rule, const message& one, const made_event& made,
                        outcome& end) noexcept {
    for (const std::uint16_t output : rule.route.outputs) {
        const flow::output& to = dispatcher_.outputs().at(output);
        const std::optional<std::uint32_t> port = port_at(one, output, end);
        if (!port) {
            continue;
        }
        if (to.connected.protocols == 0) {
            give_up_down(one, output, end);
            continue;
        }
        codec::translation why;
        const std::span<const std::uint8_t> bytes = made_for(rule, one, made, to, why);
        delivery what = delivery_of(one, {output, *port});
        what.source.bytes = std::as_bytes(bytes);
        what.source.protocol =
            to.takes(rule.route.as->protocol()) ? rule.route.as->protocol() : other_protocol(rule);
        const bool is_midi = what.source.protocol == TACTUS_PROTO_MIDI;
        if (bytes.empty()) {
            const bool is_told = why.error == codec::translate_error::bad_arguments;
            if (is_told) {
                tell_untranslated(one, output, why);
            }
            untaken_.push_back(
                {output, dropped::unsupported_type,
                 is_told ? std::string_view() : "what the route makes has no form there"});
            continue;
        }
        if (is_midi && one.no_sysex && codec::midi_view{bytes}.is_sysex()) {
            untaken_.push_back({output, dropped::sysex_denied});
            tell_unsupported(one, output, "the input lets no SysEx through");
            continue;
        }
        if (is_midi || rule.route.as->makes_midi()) {
            mark_notes(one, is_midi ? bytes : std::span(translated_).first(made.size), what);
        }
        if (!passes(one, output, what)) {
            continue;
        }
        if (made.length_ns > 0) {
            deliver_note(output, what, made.length_ns);
        } else {
            deliver(output, what);
        }
        ++end.delivered;
        watch_.did(due_watch::delivery_steps + due_watch::copied(bytes.size()));
    }
}

void ingress::deliver_note(std::uint16_t output, delivery& what, std::int64_t length_ns) noexcept {
    if (is_muted_) {
        refuse_muted(output, what.source);
        return;
    }
    watch_.expect(what.due_ns + length_ns - dispatcher_.outputs().at(output).connected.ahead_ns);
    expect(output, what);
    dispatcher_.enqueuer().deliver_note(output, what, length_ns);
}

// An event with a time of its own must not wait for the rest of its batch.
void ingress::expect(std::uint16_t output, const delivery& what) noexcept {
    if (what.due_ns > what.source.arrival_ns) {
        watch_.expect(what.due_ns - dispatcher_.outputs().at(output).connected.ahead_ns);
    }
}

// A translation may be several MIDI messages (NRPN). With one due time they stay together: nothing
// comes between consecutive equal due times. All or none: a part would set another parameter.
void ingress::deliver(std::uint16_t output, delivery& what) noexcept {
    if (is_muted_ && !may_pass(what.source)) {
        refuse_muted(output, what.source);
        return;
    }
    expect(output, what);
    const std::span<const std::byte> all = what.source.bytes;
    const auto front = [](std::span<const std::byte> bytes) {
        return codec::midi_front(
                   {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
            .size();
    };
    std::size_t size = what.source.protocol == TACTUS_PROTO_MIDI ? front(all) : all.size();
    if (size == all.size()) {
        dispatcher_.enqueuer().deliver(output, what);
        return;
    }
    const bool makes_room =
        dispatcher_.outputs().at(output).settings.limits.policy == when_full::drop_oldest;
    const room_question asked{
        what.source.input, what.source.group, {all.size() / size, all.size() / size}};
    if (!makes_room && !dispatcher_.queue().has_room(output, asked)) {
        dispatcher_.enqueuer().refuse(output, dropped::queue_full, what.source);
        return;
    }
    for (std::size_t at = 0; at < all.size(); at += size) {
        size = front(all.subspan(at));
        what.source.bytes = all.subspan(at, size);
        const std::span<const std::uint8_t> midi(
            reinterpret_cast<const std::uint8_t*>(what.source.bytes.data()), size);
        what.note = {};
        if (sounding::effect_of(midi) != sounding::effect::none) {
            what.note = midi;
        }
        dispatcher_.enqueuer().deliver(output, what);
    }
}

} // namespace tactus::flow
