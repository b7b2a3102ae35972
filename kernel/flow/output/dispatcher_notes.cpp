// SPDX-License-Identifier: MIT
// Notes that end by themselves. Each is two deliveries, let in together; whether the note-off is
// still needed is decided when it is due, by what was really sent:
//
//   on  handed over     the note ends at E
//   off due, E is its   sent
//   off due, E is not   dropped as `outdated`: its note-on never left, or the note has ended or
//                       begun anew meanwhile
//   on of a note that sounds until E   a note-off is sent first, so that every note-on has its own
#include "kernel/flow/output/dispatcher.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"

#include <algorithm>
#include <array>
#include <bitset>

namespace tactus::flow {
namespace {

std::array<std::uint8_t, 3> end_of(std::span<const std::uint8_t> note_on) noexcept {
    return codec::note_off(note_on[0] & 0x0F, note_on[1]);
}

std::span<const std::uint8_t> message_of(const tactus_event& event) noexcept {
    return {event.bytes, event.size};
}

} // namespace

// The note-off is let in first: without room for it, the note must not begin. If the note-on then
// finds no room, the note-off without a note is dropped later by itself. It therefore needs no
// reserve, which long notes would fill.
void dispatcher::deliver_note(std::uint16_t output, const delivery& on,
                              std::int64_t length_ns) noexcept {
    TACTUS_ASSERT(length_ns > 0);
    flow::output& to = *outputs_[output];
    to.has_ends = true;
    const std::int64_t begins_ns = std::max(on.due_ns, on.source.arrival_ns);
    const auto* const first = reinterpret_cast<const std::uint8_t*>(on.source.bytes.data());
    const std::array<std::uint8_t, 3> message = end_of({first, on.source.bytes.size()});
    delivery off = on;
    off.due_ns = begins_ns + length_ns;
    off.source.ends_ns = off.due_ns;
    off.source.bytes = std::as_bytes(std::span(message));
    off.source.flags |= TACTUS_EVENT_CRITICAL;
    off.note = {}; // the note-on needs no other end than this one
    if (const std::optional<dropped> why = push(output, off)) { // which has reported it
        refuse(output, *why);
        return;
    }
    delivery begun = on;
    begun.source.ends_ns = off.due_ns;
    static_cast<void>(push(output, begun));
}

// In runs without a repeated note: what a run needs is known before it is handed over.
void dispatcher::run_notes(output& to, std::span<const due_entry> entries,
                           std::int64_t now_ns) noexcept {
    while (!entries.empty()) {
        const std::span<const due_entry> run = entries.first(run_of(to, entries));
        bool has_room = end_before(to, run, now_ns);
        if (has_room) {
            entries = entries.subspan(run.size());
            prepare(to, run, now_ns);
            has_room = hand_over(to, now_ns);
        }
        if (!has_room) {
            for (const due_entry& each : entries) {
                queue_.requeue(each); // if cancelled meanwhile, the queue has counted it
            }
            queue_.pause(to.index);
            return;
        }
    }
}

std::size_t dispatcher::run_of(output& to, std::span<const due_entry> entries) noexcept {
    std::bitset<note_ends::keys> seen;
    std::size_t size = 0;
    for (const due_entry& each : entries) {
        const tactus_event event = event_of(to, each);
        if (event.protocol == TACTUS_PROTO_MIDI) {
            const std::size_t key = note_ends::key_of(message_of(event));
            if (key < note_ends::keys && seen[key]) {
                break;
            }
            if (key < note_ends::keys) {
                seen.set(key);
            }
        }
        ++size;
    }
    return size;
}

// Ends the notes that the run's note-ons begin anew. Returns false if the sink is full.
bool dispatcher::end_before(output& to, std::span<const due_entry> run,
                            std::int64_t now_ns) noexcept {
    for (const due_entry& each : run) {
        const tactus_event event = event_of(to, each);
        const bool is_on =
            event.protocol == TACTUS_PROTO_MIDI && codec::midi_view{message_of(event)}.is_note_on();
        if (!is_on || to.connected.sink == nullptr || !to.ports.is_any_up()) {
            continue;
        }
        const bool is_due =
            to.ends.judge({event.port, message_of(event)}) == note_ends::verdict::end_first;
        if (is_due && !send_end(to, event, now_ns)) {
            return false;
        }
    }
    return true;
}

// A delivery of its own, accepted and sent in one step.
bool dispatcher::send_end(output& to, const tactus_event& begun_anew,
                          std::int64_t now_ns) noexcept {
    const std::array<std::uint8_t, 3> message = end_of(message_of(begun_anew));
    tactus_event event = begun_anew;
    event.bytes = message.data();
    event.size = message.size();
    event.tag = 0;
    event.flags = TACTUS_EVENT_CRITICAL;
    const tactus_batch batch = {sizeof batch, 1, sizeof event, 0, &event};
    const hand_off answer = to.connected.sink->send(batch);
    if (answer.status == TACTUS_E_AGAIN) {
        return false;
    }
    to.ledger.accepted_by.add(origin::route);
    if (answer.status != TACTUS_OK) {
        to.ledger.dropped_by.add(answer.status == TACTUS_E_CLOSED ? dropped::output_down
                                                                  : dropped::output_error);
        return true;
    }
    ++to.ledger.sent;
    to.lateness.record(now_ns - std::max(event.due_ns - to.connected.ahead_ns, event.received_ns));
    to.notes.sent(change_of(to, event, false), now_ns, now_ns);
    to.ends.follow({event.port, message});
    if (delivery_observer_ != nullptr) {
        delivery_observer_->saw({to, event, no_input, now_ns});
    }
    return true;
}

bool dispatcher::is_outdated(output& to, const due_entry& entry) noexcept {
    const tactus_event event = event_of(to, entry);
    if (codec::midi_view{message_of(event)}.is_note_on()) {
        return false; // it is the note itself, which its input marked critical
    }
    const std::int64_t ends_ns = queue_.cell(entry.slot).ends_ns();
    return to.ends.judge({event.port, message_of(event), ends_ns}) == note_ends::verdict::outdated;
}

// Whether it ends something, or would if that were sounding.
bool dispatcher::is_end(const due_entry& entry) const noexcept {
    const event_cell& cell = queue_.cell(entry.slot);
    const std::span<const std::byte> bytes = queue_.bytes(entry.slot);
    std::span<const std::uint8_t> message(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                          bytes.size());
    std::array<std::uint8_t, 12> midi{};
    if ((cell.flags & event_cell::is_written_note) != 0) {
        const codec::translation read = codec::translate(codec::split_message(message), midi);
        message = std::span<const std::uint8_t>(midi).first(read.size);
    } else if (cell.protocol != TACTUS_PROTO_MIDI) {
        return false;
    }
    const sounding::effect does = sounding::effect_of(message);
    return does == sounding::effect::ends || does == sounding::effect::ends_channel;
}

// MIDI written as OSC is read back: the result is the same, byte for byte.
note_change dispatcher::change_of(output& to, const tactus_event& event, bool is_written) noexcept {
    if (!is_written) {
        return to.notes.change_of({event.port}, message_of(event));
    }
    std::array<std::uint8_t, 12> midi{};
    const codec::osc_message osc = codec::split_message(message_of(event));
    const codec::translation read = codec::translate(osc, midi);
    TACTUS_ASSERT(read.error == codec::translate_error::none);
    return to.notes.change_of({event.port, codec::midi_port_in(osc.address)},
                              std::span<const std::uint8_t>(midi).first(read.size));
}

void dispatcher::sent_at_once(output& to, const due_entry& entry, const tactus_event& event,
                              std::int64_t now_ns) noexcept {
    const event_cell& cell = queue_.cell(entry.slot);
    const bool is_written = (cell.flags & event_cell::is_written_note) != 0;
    if (event.protocol == TACTUS_PROTO_MIDI || is_written) {
        const bool is_later = to.connected.is_scheduling && is_written;
        to.notes.sent(change_of(to, event, is_written), is_later ? event.due_ns : now_ns, now_ns);
    }
    if (to.has_ends && event.protocol == TACTUS_PROTO_MIDI) {
        const bool has_end = (cell.flags & event_cell::has_end) != 0;
        to.ends.follow({event.port, message_of(event), has_end ? cell.ends_ns() : 0});
    }
    ++to.ledger.sent;
    to.lateness.record(now_ns - std::max(event.due_ns - to.connected.ahead_ns, event.received_ns));
}

// A deferred sink uses these numbers to report the outcomes of the batch's events.
void dispatcher::number_events(output& to) noexcept {
    receipts_.clear();
    for (std::size_t i = 0; to.connected.is_deferred && i < events_.size(); ++i) {
        const tactus_event& event = events_[i];
        const event_cell& cell = queue_.cell(entries_[i].slot);
        const bool is_written = (cell.flags & event_cell::is_written_note) != 0;
        in_flight::event left;
        left.port = event.port;
        left.tag = cell.tag;
        left.input = cell.input;
        left.part = (cell.flags & event_cell::is_part) != 0 ? entries_[i].sequence : 0;
        left.effect_ns = is_written && to.connected.is_scheduling ? event.due_ns : 0;
        if (event.protocol == TACTUS_PROTO_MIDI || is_written) {
            left.change = change_of(to, event, is_written);
        }
        receipt given;
        if ((cell.flags & event_cell::has_end) != 0) {
            left.ends_ns = cell.ends_ns();
            given.ends_ns = left.ends_ns;
            given.is_begun_before = to.ends.ends_at({event.port, message_of(event), left.ends_ns});
        }
        given.number = to.notes.hand_over(left);
        receipts_.push_back(given);
    }
}

} // namespace tactus::flow
