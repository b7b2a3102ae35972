// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/note_end_sender.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/flow/output/due_event.hpp"

#include <array>
#include <bitset>

namespace tactus::flow {

// In runs without a repeated note: what a run needs is known before it is handed over.
void note_end_sender::hand_over(output& to, std::span<const due_entry> due,
                                std::int64_t now_ns) noexcept {
    while (!due.empty()) {
        const std::span<const due_entry> run = due.first(run_of(to, due));
        bool has_room = end_before(to, run, now_ns);
        if (has_room) {
            due = due.subspan(run.size());
            has_room = batch_.hand_over(to, run, now_ns);
        }
        if (!has_room) {
            for (const due_entry& each : due) {
                queue_.requeue(each); // if cancelled meanwhile, the queue has counted it
            }
            queue_.departures().pause(to.index);
            return;
        }
    }
}

std::size_t note_end_sender::run_of(const output& to,
                                    std::span<const due_entry> due) const noexcept {
    std::bitset<note_ends::keys> seen;
    std::size_t size = 0;
    for (const due_entry& each : due) {
        const tactus_event event = event_of(queue_, to, each);
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
bool note_end_sender::end_before(output& to, std::span<const due_entry> run,
                                 std::int64_t now_ns) noexcept {
    for (const due_entry& each : run) {
        const tactus_event event = event_of(queue_, to, each);
        const bool is_on =
            event.protocol == TACTUS_PROTO_MIDI && codec::midi_view{message_of(event)}.is_note_on();
        const event_cell& cell = queue_.events().cell(each.slot);
        const bool is_muted = mutes_.concern(cell, each.sequence).has_value(); // it begins nothing
        if (!is_on || is_muted || to.connected.sink == nullptr || !to.ports.is_any_up()) {
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
bool note_end_sender::send_end(output& to, const tactus_event& begun_anew,
                               std::int64_t now_ns) noexcept {
    const codec::midi_view note_on{message_of(begun_anew)};
    const std::array<std::uint8_t, 3> message =
        codec::note_off(note_on.status() & 0x0F, note_on.note());
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
    outcomes_.count_sent(to, event, now_ns);
    to.notes.sent(to.notes.change_of({event.port}, message), now_ns, now_ns);
    to.ends.follow({event.port, message});
    outcomes_.tell_taken(to, event, no_input, now_ns);
    return true;
}

} // namespace tactus::flow
