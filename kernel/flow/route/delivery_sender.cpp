// SPDX-License-Identifier: MIT
#include "kernel/flow/route/delivery_sender.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/flow/queue/shared_payload.hpp"

#include <algorithm>
#include <optional>

namespace tactus::flow {
namespace {

constexpr std::string_view no_parts = "it takes no SysEx of more than 65536 bytes";
constexpr std::string_view is_busy = "another SysEx of more than 65536 bytes is on its way there";
constexpr std::string_view no_form = "what the route makes has no form there";

route_result result_of(const std::optional<dropped>& why) noexcept {
    return !why                            ? route_result::delivered
           : *why == dropped::queue_full   ? route_result::queue_full
           : *why == dropped::no_memory    ? route_result::no_memory
           : *why == dropped::sysex_denied ? route_result::sysex_denied
           : *why == dropped::circle       ? route_result::circle
           : *why == dropped::muted        ? route_result::muted
                                           : route_result::unsupported_type;
}

std::span<const std::uint8_t> as_octets(std::span<const std::byte> bytes) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

} // namespace

route_result delivery_sender::find_named(const message& one, destination& to) noexcept {
    const port_resolver::place found = with_.ports.at(one, to.output);
    if (found.why_not) {
        with_.record.note(*found.why_not);
        return *found.why_not == unrouted::peer_not_allowed ? route_result::peer_not_allowed
               : *found.why_not == unrouted::ambiguous_port ? route_result::ambiguous_port
                                                            : route_result::unknown_port;
    }
    to.port = found.port;
    return route_result::delivered;
}

route_result delivery_sender::down(const message& one, std::uint16_t output) noexcept {
    with_.record.down(one, output);
    return one.limited ? route_result::limited : route_result::output_down;
}

// In one expression: a default delivery whose members are set afterwards is cleared with a string
// instruction, which costs 5 ns.
delivery delivery_sender::delivery_of(const message& one, const destination& to) noexcept {
    return {.due_ns = one.due_ns,
            .source = {.bytes = {},
                       .arrival_ns = one.arrival_ns,
                       .port = to.port,
                       .tag = tag_of(one.tag_owner(), one.packet->tag),
                       .flags = static_cast<std::uint8_t>(one.flags),
                       .input = one.input,
                       .group = tag_of(one.tag_owner(), one.packet->group),
                       .ticket = one.ticket,
                       .route = to.route},
            .own_route = to.own_route,
            .spares_others = one.spares_others};
}

route_result delivery_sender::send(const message& one, const destination& to,
                                   payload_block* block) noexcept {
    const output& there = with_.dispatcher.outputs().at(to.output);
    if (there.connected.protocols == 0) {
        return down(one, to.output);
    }
    delivery what = delivery_of(one, to);
    what.source.block = block;
    const std::optional<dropped> why = with_.writer.write(one, there, what);
    if (why == dropped::sysex_denied) {
        with_.record.sysex_denied(one, to.output);
    } else if (why) {
        const codec::translation& failed = with_.writer.failure();
        with_.record.untranslated(one, to.output, failed, codec::to_string(failed.error));
    } else if (passes(one, to.output, what)) {
        with_.record.delivered();
        return deliver(to, what);
    }
    return why ? result_of(why) : route_result::limited;
}

route_result delivery_sender::send_made(const own_event& own, const message& one,
                                        const destination& to) noexcept {
    const output& there = with_.dispatcher.outputs().at(to.output);
    if (there.connected.protocols == 0) {
        return down(one, to.output);
    }
    delivery what = delivery_of(one, to);
    const std::optional<dropped> why = with_.writer.write_made(own, one, there, what);
    if (why == dropped::sysex_denied) {
        with_.record.sysex_denied(one, to.output);
    } else if (why) {
        with_.record.untranslated(one, to.output, with_.writer.failure(), no_form);
    } else if (passes(one, to.output, what)) {
        const std::size_t size = what.source.bytes.size();
        const route_result end =
            own.made.length_ns > 0 ? deliver_note(to, what, own.made.length_ns) : deliver(to, what);
        with_.record.delivered();
        with_.watch.did(due_watch::delivery_steps + due_watch::copied(size));
        return end;
    }
    return why ? result_of(why) : route_result::limited;
}

route_result delivery_sender::begin_parts(const message& first, const destination& to,
                                          payload_block* block) noexcept {
    const output& there = with_.dispatcher.outputs().at(to.output);
    if (there.connected.protocols == 0) {
        sysex_streams::stay_out(*first.opens, to.output, dropped::output_down);
        return down(first, to.output);
    }
    const bool takes_parts = there.takes(TACTUS_PROTO_MIDI) && there.connected.takes_parts;
    if (!takes_parts || with_.dispatcher.sysex().streams().is_busy(to.output)) {
        with_.record.untaken(to.output, dropped::too_large, takes_parts ? is_busy : no_parts);
        sysex_streams::stay_out(*first.opens, to.output, dropped::too_large);
        return route_result::too_large;
    }
    delivery what = delivery_of(first, to);
    what.source.protocol = TACTUS_PROTO_MIDI;
    what.source.bytes = std::as_bytes(first.bytes);
    what.source.block = block;
    with_.record.delivered();
    if (is_held_back(to, what)) {
        with_.dispatcher.enqueuer().refuse(to.output, *to.muted_as, what);
        sysex_streams::stay_out(*first.opens, to.output, *to.muted_as);
        return result_of(*to.muted_as);
    }
    expect(to.output, what);
    return result_of(with_.dispatcher.sysex().begin(*first.opens, to.output, what));
}

void delivery_sender::send_part(const sysex_streams::stream& of, const message& part) noexcept {
    const shared_payload shared(with_.dispatcher.queue(), part.bytes, of.outputs.size());
    const std::size_t steps = due_watch::delivery_steps + due_watch::copied(shared.copied());
    for (const sysex_streams::participant& each : of.outputs) {
        delivery what = delivery_of(part, {each.output, each.port});
        what.source.protocol = TACTUS_PROTO_MIDI;
        what.source.bytes = std::as_bytes(part.bytes);
        what.source.block = shared.block();
        with_.dispatcher.sysex().deliver(each, what);
        with_.watch.did(steps);
    }
}

// Beyond a limit only ends pass, at most one for each note or pedal that was let in.
bool delivery_sender::passes(const message& one, std::uint16_t output,
                             const delivery& what) noexcept {
    return !one.limited || with_.dispatcher.enqueuer().owes_end(output, what);
}

// By muted routes alone. The operator's mute lets an end pass if it is owed; a circle's lets all
// ends pass that do not go round.
bool delivery_sender::is_held_back(const destination& to, const delivery& what) noexcept {
    if (!to.muted_as) {
        return false;
    }
    return *to.muted_as == dropped::muted
               ? !enqueuer::is_real_time(what.source) &&
                     !with_.dispatcher.enqueuer().owes_end(to.output, what)
               : !with_.muting.may_pass(what.source);
}

route_result delivery_sender::deliver(const destination& to, delivery& what) noexcept {
    if (is_held_back(to, what)) {
        with_.dispatcher.enqueuer().refuse(to.output, *to.muted_as, what);
        return result_of(*to.muted_as);
    }
    expect(to.output, what);
    const std::span<const std::byte> all = what.source.bytes;
    if (what.source.protocol == TACTUS_PROTO_MIDI &&
        codec::midi_front(as_octets(all)).size() != all.size()) {
        return deliver_in_pieces(to.output, what);
    }
    return result_of(with_.dispatcher.enqueuer().deliver(to.output, what));
}

// A translation may be several MIDI messages (NRPN). With one due time they stay together: nothing
// comes between consecutive equal due times. All or none: a part would set another parameter.
route_result delivery_sender::deliver_in_pieces(std::uint16_t output, delivery& what) noexcept {
    const std::span<const std::byte> all = what.source.bytes;
    std::size_t size = codec::midi_front(as_octets(all)).size();
    const bool makes_room =
        with_.dispatcher.outputs().at(output).settings.limits.policy == when_full::drop_oldest;
    const room_question asked{
        what.source.input, what.source.group, {all.size() / size, all.size() / size}};
    if (!makes_room && !with_.dispatcher.queue().has_room(output, asked)) {
        with_.dispatcher.enqueuer().refuse(output, dropped::queue_full, what);
        return route_result::queue_full;
    }
    route_result worst = route_result::delivered;
    for (std::size_t at = 0; at < all.size(); at += size) {
        const std::span<const std::uint8_t> midi = codec::midi_front(as_octets(all.subspan(at)));
        size = midi.size();
        what.source.bytes = std::as_bytes(midi);
        what.note = {};
        if (sounding::effect_of(midi) != sounding::effect::none) {
            what.note = midi;
        }
        worst = std::max(worst, result_of(with_.dispatcher.enqueuer().deliver(output, what)));
    }
    return worst;
}

route_result delivery_sender::deliver_note(const destination& to, delivery& what,
                                           std::int64_t length_ns) noexcept {
    if (to.muted_as) {
        with_.dispatcher.enqueuer().refuse(to.output, *to.muted_as, what);
        return result_of(*to.muted_as);
    }
    with_.watch.expect(what.due_ns + length_ns -
                       with_.dispatcher.outputs().at(to.output).connected.ahead_ns);
    expect(to.output, what);
    return result_of(with_.dispatcher.enqueuer().deliver_note(to.output, what, length_ns));
}

// An event with a time of its own must not wait for the rest of its batch.
void delivery_sender::expect(std::uint16_t output, const delivery& what) noexcept {
    if (what.due_ns > what.source.arrival_ns) {
        with_.watch.expect(what.due_ns - with_.dispatcher.outputs().at(output).connected.ahead_ns);
    }
}

} // namespace tactus::flow
