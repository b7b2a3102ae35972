// SPDX-License-Identifier: MIT
// Ingress: SysEx in parts (TACTUS_EVENT_SYSEX_PART). The first part is routed like any other event;
// later parts are sent to exactly the outputs that took it, or are refused or left unrouted as it
// was. An output gets no part if it takes no parts, has a SysEx in parts from elsewhere under way,
// or is reached only by routes that would rewrite or delay it.
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

constexpr std::string_view no_parts = "it takes no SysEx of more than 65536 bytes";
constexpr std::string_view is_busy = "another SysEx of more than 65536 bytes is on its way there";

} // namespace

// Returns false if there is no room and the input can wait; nothing is counted then.
bool ingress::take_part(message& part, bool can_wait) noexcept {
    const codec::sysex_part is = codec::sysex_part_of(part.bytes);
    watch_.did(due_watch::message_steps + due_watch::copied(part.bytes.size()));
    sysex_streams& streams = dispatcher_.sysex().streams();
    sysex_streams::stream* const under_way = streams.find(part.input, part.packet->source);
    if (is == codec::sysex_part::none) { // the SysEx would be incomplete
        if (under_way != nullptr) {
            cut(*under_way, rejected::malformed);
        }
        refuse(part, rejected::malformed);
        return true;
    }
    if (part.no_sysex) {
        refuse(part, rejected::sysex_denied);
        return true;
    }
    const bool is_first = is == codec::sysex_part::first;
    const bool needs_room = is_first || (under_way != nullptr && under_way->is_taken());
    if (can_wait && needs_room && must_wait(part, {1, part.bytes.size()})) {
        return false;
    }
    if (is_first) {
        if (under_way != nullptr) { // its last part never came
            end(*under_way);
        }
        begin_parts(part);
    } else if (under_way == nullptr) {
        refuse(part, rejected::too_large);
    } else {
        go_on(*under_way, part);
        if (is == codec::sysex_part::last) {
            streams.close(*under_way);
        }
    }
    return true;
}

void ingress::begin_parts(message& first) noexcept {
    sysex_streams::stream* const place = dispatcher_.sysex().streams().find_place(first.arrival_ns);
    if (place == nullptr) {
        refuse(first, rejected::too_large);
        return;
    }
    if (place->is_open) {
        end(*place);
    }
    sysex_streams::open(*place, first.input, first.packet->source);
    place->last_ns = first.arrival_ns;
    opening_ = place;
    accept(first);
    opening_ = nullptr;
}

// Called instead of sending the first part to its targets as a whole event.
void ingress::send_first_part(const message& first, outcome& end) noexcept {
    const bool is_shared = targets_.all().size() > 1;
    payload_block* const block =
        is_shared ? dispatcher_.queue().hold(std::as_bytes(first.bytes)) : nullptr;
    for (const std::uint16_t output : targets_.all()) {
        const std::optional<std::uint32_t> port = port_at(first, output, end);
        if (!port) {
            continue;
        }
        is_muted_ = is_muting_ && !open_.has(output);
        begin_at(first, {output, *port}, block, end);
        watch_.did(due_watch::delivery_steps + due_watch::copied(first.bytes.size()));
    }
    is_muted_ = false;
    if (block != nullptr) {
        dispatcher_.queue().let_go(block);
    }
    if (router_.has_own_rules(first.input)) {
        refuse_first_part(first, end);
    }
    settle(first, end);
}

void ingress::begin_at(const message& first, destination to, payload_block* block,
                       outcome& end) noexcept {
    const flow::output& there = dispatcher_.outputs().at(to.output);
    sysex_streams& streams = dispatcher_.sysex().streams();
    if (there.connected.protocols == 0) {
        give_up_down(first, to.output, end);
        sysex_streams::stay_out(*opening_, to.output, dropped::output_down);
        return;
    }
    const bool takes_parts = there.takes(TACTUS_PROTO_MIDI) && there.connected.takes_parts;
    if (!takes_parts || streams.is_busy(to.output)) {
        untaken_.push_back({to.output, dropped::too_large, takes_parts ? is_busy : no_parts});
        sysex_streams::stay_out(*opening_, to.output, dropped::too_large);
        return;
    }
    delivery what = delivery_of(first, to);
    what.source.protocol = TACTUS_PROTO_MIDI;
    what.source.bytes = std::as_bytes(first.bytes);
    what.source.block = block;
    ++end.delivered;
    if (is_muted_ && !may_pass(what.source)) {
        refuse_muted(to.output, what.source);
        sysex_streams::stay_out(*opening_, to.output, dropped::circle);
        return;
    }
    expect(to.output, what);
    dispatcher_.sysex().begin(*opening_, to.output, what);
}

// A later part, or the last. Due at once: what came before it is due before it.
void ingress::go_on(sysex_streams::stream& with, message& part) noexcept {
    if (is_closed_ && (part.flags & TACTUS_EVENT_CRITICAL) == 0) {
        refuse(part, rejected::closed);
        return;
    }
    if (with.refused) {
        refuse(part, *with.refused);
        return;
    }
    input_ledger& ledger = inputs_[part.input]->ledger;
    ++ledger.received;
    if (with.unrouted) {
        leave_unrouted(part, *with.unrouted);
        return;
    }
    ++ledger.routed;
    with.last_ns = part.arrival_ns;
    part.due_ns = part.arrival_ns;
    const bool is_shared = with.outputs.size() > 1 && part.bytes.size() > event_cell::inline_max;
    payload_block* const block =
        is_shared ? dispatcher_.queue().hold(std::as_bytes(part.bytes)) : nullptr;
    for (const sysex_streams::participant& each : with.outputs) {
        delivery what = delivery_of(part, {each.output, each.port});
        what.source.protocol = TACTUS_PROTO_MIDI;
        what.source.bytes = std::as_bytes(part.bytes);
        what.source.block = block;
        dispatcher_.sysex().deliver(each, what);
        watch_.did(due_watch::delivery_steps +
                   due_watch::copied(block == nullptr ? part.bytes.size() : 0));
    }
    if (block != nullptr) {
        dispatcher_.queue().let_go(block);
    }
}

// Takes no more of it: refuses what still comes for that reason.
void ingress::cut(sysex_streams::stream& broken, rejected why) noexcept {
    dispatcher_.sysex().cut(broken, dropped::cancelled);
    broken.refused = why;
}

void ingress::end(sysex_streams::stream& gone) noexcept {
    dispatcher_.sysex().cut(gone, dropped::cancelled);
    dispatcher_.sysex().streams().close(gone);
}

void ingress::cut_parts(std::uint16_t input, rejected why) noexcept {
    dispatcher_.sysex().streams().for_each_open([&](sysex_streams::stream& each) {
        if (each.input == input && !each.refused) {
            cut(each, why);
        }
    });
}

void ingress::end_parts(std::uint16_t input) noexcept {
    dispatcher_.sysex().streams().for_each_open([&](sysex_streams::stream& each) {
        if (each.input == input) {
            end(each);
        }
    });
}

} // namespace tactus::flow
