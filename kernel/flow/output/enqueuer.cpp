// SPDX-License-Identifier: MIT
#include "kernel/flow/output/enqueuer.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>

namespace tactus::flow {
namespace {

// The kernel makes it, for what sounds or for a port that came back.
bool is_own(origin from) noexcept {
    return from == origin::silence || from == origin::panic || from == origin::restore;
}

// The port that a delivery without a fixed port would take now.
note_place place_of(const output& to, const delivery& what) noexcept {
    return {what.source.port != port_table::none ? what.source.port : to.ports.first(),
            what.written_for};
}

// A delivery as those see it who observe the events.
observed_event shown(const delivery& what) noexcept {
    return {.input = what.source.input,
            .route = what.source.route,
            .protocol = what.source.protocol,
            .flags = what.source.flags,
            .came_ns = what.source.arrival_ns,
            .due_ns = what.due_ns,
            .bytes = {reinterpret_cast<const std::uint8_t*>(what.source.bytes.data()),
                      what.source.bytes.size()}};
}

// Whether an end that spares others ends something there. A message that is no note is always
// wanted.
bool is_wanted(output& to, const delivery& what) noexcept {
    const std::uint32_t sender = what.source.group != 0 ? what.source.group : what.source.tag;
    const note_place where = place_of(to, what);
    return what.note.empty() || (to.notes.admission().owes(where, what.note) &&
                                 !to.notes.is_held_by_others(where, what.note, sender));
}

} // namespace

bool enqueuer::is_real_time(const event_source& source) noexcept {
    return source.protocol == TACTUS_PROTO_MIDI && source.bytes.size() == 1 &&
           codec::is_real_time(static_cast<std::uint8_t>(source.bytes[0]));
}

std::optional<dropped> enqueuer::deliver(std::uint16_t output, const delivery& what) noexcept {
    flow::output& to = outputs_[output];
    to.ledger.accepted_by.add(what.from);
    event_source source = what.source;
    if (is_real_time(source)) {
        source.flags |= event_cell::is_real_time;
    }
    if (what.spares_others && !is_wanted(to, what)) {
        outcomes_.count_dropped(to, dropped::outdated, source.input, source.tag);
        return dropped::outdated;
    }
    source.room = claim_of(to, what);
    if (!what.note.empty() && source.room != claim::none) {
        source.flags |= TACTUS_EVENT_CRITICAL;
    }
    const push_result pushed = queue_.push(output, what.due_ns, source);
    if (pushed != push_result::accepted) {
        const dropped why = pushed == push_result::full ? dropped::queue_full : dropped::no_memory;
        outcomes_.count_dropped(to, why, what.source.tag, shown(what));
        return why;
    }
    if (!what.note.empty()) {
        to.notes.admission().let_in(place_of(to, what), what.note, {source.input, what.own_route},
                                    source.ends_ns != 0);
        if (source.room == claim::all && !is_own(what.from)) {
            to.notes.admission().passed(place_of(to, what), what.note, source.arrival_ns);
        }
    }
    return std::nullopt;
}

// The kernel's own messages end what sounds, each once. An event that an input marks critical may
// use the reserve; an end may only if it is owed. The end made for a note with `for` is let in
// before its note.
claim enqueuer::claim_of(output& to, const delivery& what) noexcept {
    if (is_own(what.from)) {
        return claim::all;
    }
    if (!what.note.empty() && sounding::effect_of(what.note) != sounding::effect::begins) {
        const note_place where = place_of(to, what);
        return to.notes.admission().must_pass(where, what.note, what.due_ns, what.source.arrival_ns)
                   ? claim::all
               : to.notes.admission().owes(where, what.note) ? claim::reserve
                                                             : claim::none;
    }
    const bool is_critical = (what.source.flags & TACTUS_EVENT_CRITICAL) != 0;
    return is_critical && what.source.ends_ns == 0 ? claim::reserve : claim::none;
}

// The note-off is let in first: without room for it, the note must not begin. If the note-on then
// finds no room, the note-off without a note is dropped later by itself. It therefore needs no
// reserve, which long notes would fill.
std::optional<dropped> enqueuer::deliver_note(std::uint16_t output, const delivery& on,
                                              std::int64_t length_ns) noexcept {
    TACTUS_ASSERT(length_ns > 0);
    outputs_[output].has_ends = true;
    const std::int64_t begins_ns = std::max(on.due_ns, on.source.arrival_ns);
    const auto* const note_on = reinterpret_cast<const std::uint8_t*>(on.source.bytes.data());
    const std::array<std::uint8_t, 3> message = codec::note_off(note_on[0] & 0x0F, note_on[1]);
    delivery off = on;
    off.due_ns = begins_ns + length_ns;
    off.source.ends_ns = off.due_ns;
    off.source.bytes = std::as_bytes(std::span(message));
    off.source.flags |= TACTUS_EVENT_CRITICAL;
    off.source.ticket = 0; // sent if its note was
    off.note = {};         // the note-on needs no other end than this one
    if (const std::optional<dropped> why = deliver(output, off)) { // which has reported it
        refuse(output, *why, on.from);
        return why;
    }
    delivery begun = on;
    begun.source.ends_ns = off.due_ns;
    return deliver(output, begun);
}

bool enqueuer::deliver_own(std::uint16_t output, const delivery& what,
                           std::span<const std::uint8_t> message) noexcept {
    delivery made = what;
    made.source.bytes = std::as_bytes(message);
    made.source.arrival_ns = clock_.now_ns();
    made.source.flags |= TACTUS_EVENT_CRITICAL;
    return !deliver(output, made);
}

void enqueuer::refuse(std::uint16_t output, dropped reason, origin from) noexcept {
    outputs_[output].ledger.accepted_by.add(from);
    outputs_[output].ledger.dropped_by.add(reason);
}

void enqueuer::refuse(std::uint16_t output, dropped reason, const delivery& what) noexcept {
    outputs_[output].ledger.accepted_by.add(origin::route);
    outcomes_.count_dropped(outputs_[output], reason, what.source.tag, shown(what));
}

bool enqueuer::owes_end(std::uint16_t output, const delivery& what) noexcept {
    flow::output& to = outputs_[output];
    return !what.note.empty() && to.notes.admission().owes(place_of(to, what), what.note);
}

} // namespace tactus::flow
