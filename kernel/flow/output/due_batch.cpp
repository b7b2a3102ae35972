// SPDX-License-Identifier: MIT
#include "kernel/flow/output/due_batch.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/flow/output/due_event.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

// Whether the note that this note-off was made for does not sound any more; see note_ends.
bool is_outdated(const output& to, const tactus_event& event, const event_cell& cell) noexcept {
    if (codec::midi_view{message_of(event)}.is_note_on()) {
        return false; // it is the note itself, which its input marked critical
    }
    return to.ends.judge({event.port, message_of(event), cell.ends_ns()}) ==
           note_ends::verdict::outdated;
}

} // namespace

due_batch::due_batch(timed_queue& queue, const mutes& mutes, ledger_writer& outcomes,
                     sysex_sender& sysex, output_account& account, const time::clock& clock)
    : queue_(queue), mutes_(mutes), outcomes_(outcomes), sysex_(sysex), account_(account),
      clock_(clock) {
    entries_.reserve(batch_max);
    events_.reserve(batch_max);
}

bool due_batch::hand_over(output& to, std::span<const due_entry> due,
                          std::int64_t now_ns) noexcept {
    fill(to, due, now_ns);
    if (entries_.empty()) {
        return true;
    }
    account_.collect(to);
    if (to.connected.is_deferred) {
        number_events(to);
    } else if (to.notes.recorder().is_on()) {
        record_beginnings(to);
    }
    std::size_t done = 0;
    while (done < events_.size()) {
        const hand_off answer = offer(to, done);
        const std::size_t taken = answer.accepted;
        if (!to.connected.is_deferred) {
            record_send(to, taken, clock_.now_ns() - now_ns);
        }
        took(to, done, taken, now_ns);
        done += taken;
        if (done == events_.size()) {
            return true;
        }
        if (answer.status == TACTUS_E_AGAIN) {
            put_back(to, done);
            return false;
        }
        if (to.connected.is_deferred) {
            to.notes.finish(receipts_[done].number);
        }
        drop(to, entries_[done],
             answer.status == TACTUS_E_CLOSED ? dropped::output_down : dropped::output_error,
             to.connected.sink->failure());
        ++done;
        now_ns = clock_.now_ns(); // the rest was waiting for the one that failed
    }
    return true;
}

// The judge is not asked about muted or retracted events: they hold back no other.
std::size_t due_batch::judge(output& to, std::span<due_entry> due) noexcept {
    if (judge_ == nullptr) {
        return due.size();
    }
    std::size_t kept = 0;
    for (const due_entry& entry : due) {
        const event_cell& cell = queue_.events().cell(entry.slot);
        judgement answer;
        if ((cell.flags & event_cell::has_ticket) != 0 && !mutes_.concern(cell, entry.sequence)) {
            answer = judge_->judge(cell.ticket(), entry.due_ns, queue_.arrival_ns(entry.slot));
        }
        if (answer.why_not) {
            drop(to, entry, *answer.why_not);
        } else if (answer.due_ns != 0) {
            due_entry later = entry;
            later.due_ns = answer.due_ns;
            queue_.requeue(later);
        } else {
            due[kept++] = entry;
        }
    }
    return kept;
}

void due_batch::fill(output& to, std::span<const due_entry> due, std::int64_t now_ns) noexcept {
    entries_.clear();
    events_.clear();
    for (const due_entry& entry : due) {
        const tactus_event event = event_of(queue_, to, entry);
        if (const std::optional<dropped> reason = verdict(to, event, entry, now_ns)) {
            drop(to, entry, *reason);
            continue;
        }
        entries_.push_back(entry);
        events_.push_back(event);
    }
}

std::optional<dropped> due_batch::verdict(const output& to, const tactus_event& event,
                                          const due_entry& entry,
                                          std::int64_t now_ns) const noexcept {
    const event_cell& cell = queue_.events().cell(entry.slot);
    const std::optional<dropped> held_back = mutes_.concern(cell, entry.sequence);
    if (held_back && !is_end(event, cell)) {
        return held_back;
    }
    if (to.connected.sink == nullptr || !to.ports.is_any_up()) {
        return dropped::output_down;
    }
    const std::int64_t from_ns = to.settings.late_from == late_origin::due
                                     ? event.due_ns
                                     : std::max(event.due_ns, event.received_ns);
    const std::int64_t late_ns = now_ns - from_ns;
    const bool is_critical = (cell.flags & TACTUS_EVENT_CRITICAL) != 0;
    if (to.settings.late == late_policy::drop && !is_critical &&
        late_ns > to.settings.late_limit_ns && (cell.flags & event_cell::is_part) == 0 &&
        !is_end(event, cell)) {
        return dropped::too_late;
    }
    const bool is_judged_here =
        (cell.flags & event_cell::has_end) != 0 && !to.connected.is_deferred;
    if (is_critical && is_judged_here && is_outdated(to, event, cell)) {
        return dropped::outdated;
    }
    return std::nullopt;
}

// Before they are sent: the process may die in the call.
void due_batch::record_beginnings(output& to) noexcept {
    for (std::size_t i = 0; i < events_.size(); ++i) {
        const event_cell& cell = queue_.events().cell(entries_[i].slot);
        if (cell.protocol == TACTUS_PROTO_MIDI) {
            to.notes.recorder().will_be_sent(events_[i].port, message_of(events_[i]));
        } else if ((cell.flags & event_cell::is_written_note) != 0) {
            to.notes.recorder().will_be_sent(change_of(queue_, to, events_[i], cell));
        }
    }
}

// A deferred sink uses these numbers to report the outcomes of the batch's events.
void due_batch::number_events(output& to) noexcept {
    receipts_.clear();
    for (std::size_t i = 0; i < events_.size(); ++i) {
        const tactus_event& event = events_[i];
        const event_cell& cell = queue_.events().cell(entries_[i].slot);
        const bool is_written = (cell.flags & event_cell::is_written_note) != 0;
        in_flight::event left;
        left.port = event.port;
        left.due_ns = event.due_ns;
        left.tag = cell.tag;
        left.input = cell.input;
        left.route = static_cast<std::uint16_t>(cell.route);
        left.came_ns = event.received_ns;
        left.part = (cell.flags & event_cell::is_part) != 0 ? entries_[i].sequence : 0;
        left.effect_ns = is_written && to.connected.is_scheduling ? event.due_ns : 0;
        if (is_midi(cell)) {
            left.change = change_of(queue_, to, event, cell);
        }
        if (to.settings.restores && event.protocol == TACTUS_PROTO_MIDI) {
            std::copy_n(event.bytes, std::min<std::size_t>(event.size, 3),
                        left.change.message.begin());
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

// Hands over the batch from `first` on; returns how much of it was taken.
hand_off due_batch::offer(output& to, std::size_t first) noexcept {
    tactus_batch batch{};
    batch.struct_size = sizeof batch;
    batch.count = static_cast<std::uint32_t>(events_.size() - first);
    batch.event_stride = sizeof(tactus_event);
    batch.events = events_.data() + first;
    hand_off answer = to.connected.is_deferred
                          ? to.connected.sink->accept(batch, receipts_.data() + first)
                          : to.connected.sink->send(batch);
    answer.accepted =
        answer.status == TACTUS_OK ? batch.count : std::min(answer.accepted, batch.count);
    return answer;
}

void due_batch::record_send(output& to, std::size_t count, std::int64_t took_ns) noexcept {
    sending_ns_ += took_ns;
    if (count > 0) {
        to.send_duration.record(took_ns / static_cast<std::int64_t>(count));
    }
    if (took_ns >= sink::slow_ns) {
        to.connected.sink->was_slow(took_ns);
    }
}

void due_batch::took(output& to, std::size_t first, std::size_t count,
                     std::int64_t now_ns) noexcept {
    for (std::size_t i = first; i < first + count; ++i) {
        const event_cell& cell = queue_.events().cell(entries_[i].slot);
        if (!to.connected.is_deferred) {
            sent(to, events_[i], cell, now_ns);
        }
        outcomes_.tell_taken(to, events_[i], cell.input, now_ns, cell.route);
        queue_.release(entries_[i]);
    }
}

void due_batch::sent(output& to, const tactus_event& event, const event_cell& cell,
                     std::int64_t now_ns) noexcept {
    if (is_midi(cell)) {
        const bool is_written = (cell.flags & event_cell::is_written_note) != 0;
        const bool is_later = to.connected.is_scheduling && is_written;
        to.notes.sent(change_of(queue_, to, event, cell), is_later ? event.due_ns : now_ns, now_ns);
    }
    if (to.has_ends && event.protocol == TACTUS_PROTO_MIDI) {
        const bool has_end = (cell.flags & event_cell::has_end) != 0;
        to.ends.follow({event.port, message_of(event), has_end ? cell.ends_ns() : 0});
    }
    if (to.settings.restores && event.protocol == TACTUS_PROTO_MIDI) {
        to.channels.sent(to.ports, event.port, message_of(event));
    }
    outcomes_.count_sent(to, event, now_ns, static_cast<std::uint16_t>(cell.route));
}

void due_batch::drop(output& to, const due_entry& entry, dropped reason,
                     std::string_view detail) noexcept {
    const event_cell& cell = queue_.events().cell(entry.slot);
    const tactus_event event = event_of(queue_, to, entry);
    outcomes_.count_dropped(to, reason, cell.tag,
                            {.input = cell.input,
                             .route = static_cast<std::uint16_t>(cell.route),
                             .protocol = event.protocol,
                             .flags = event.flags,
                             .came_ns = event.received_ns,
                             .due_ns = event.due_ns,
                             .bytes = message_of(event),
                             .detail = detail});
    if (is_midi(cell)) {
        to.notes.lost(change_of(queue_, to, event, cell));
    }
    if ((cell.flags & event_cell::is_part) != 0) {
        sysex_.lost(to, entry.sequence, reason);
    }
    queue_.release(entry);
}

// The sink is full: the rest waits where it was.
void due_batch::put_back(output& to, std::size_t first) noexcept {
    for (std::size_t i = first; i < entries_.size(); ++i) {
        if (to.connected.is_deferred) {
            to.notes.finish(receipts_[i].number);
        }
        queue_.requeue(entries_[i]); // if cancelled meanwhile, the queue has counted it
    }
    queue_.departures().pause(to.index);
}

} // namespace tactus::flow
