// SPDX-License-Identifier: MIT
#include "kernel/flow/output/dispatcher.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tactus::flow {
namespace {

bool is_real_time(const event_source& source) noexcept {
    return source.protocol == TACTUS_PROTO_MIDI && source.bytes.size() == 1 &&
           codec::is_real_time(static_cast<std::uint8_t>(source.bytes[0]));
}

// The port that a delivery without a fixed port would take now.
note_place place_of(const output& to, const delivery& what) noexcept {
    return {what.source.port != port_set::none ? what.source.port : to.ports.first(),
            what.written_for};
}

} // namespace

dispatcher::dispatcher(timed_queue queue, const time::clock& clock)
    : queue_(std::move(queue)), clock_(clock) {
    entries_.reserve(batch_max);
    events_.reserve(batch_max);
}

result<std::uint16_t> dispatcher::add_output(const output_settings& settings) {
    result<std::uint16_t> added = queue_.add_output(settings.limits);
    if (added) {
        TACTUS_ASSERT(*added == outputs_.size());
        outputs_.push_back(std::make_unique<output>(*added, settings));
        outputs_.back()->ports.count_changes_in(port_changes_);
    }
    return added;
}

const output& dispatcher::at(std::uint16_t output) const noexcept {
    TACTUS_ASSERT(output < outputs_.size());
    return *outputs_[output];
}

port_set& dispatcher::ports(std::uint16_t output) noexcept {
    return outputs_[output]->ports;
}

void dispatcher::attach(std::uint16_t output, const output::connection& connection) {
    flow::output& to = *outputs_[output];
    TACTUS_ASSERT(to.connected.sink == nullptr && connection.sink != nullptr);
    to.connected = connection;
    queue_.set_ahead(output, connection.ahead_ns);
    queue_.resume(output);
}

void dispatcher::set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept {
    outputs_[output]->connected.ahead_ns = ahead_ns;
    queue_.set_ahead(output, ahead_ns);
}

void dispatcher::detach(std::uint16_t output, dropped reason) noexcept {
    flow::output& from = *outputs_[output];
    if (from.connected.sink == nullptr) {
        return;
    }
    collect(from);
    from.ledger.dropped_by.add(reason, from.notes.in_flight_count());
    from.notes.for_each_in_flight(
        [&](const in_flight::event& each) { tell_dropped(from, each.input, each.tag, reason); });
    from.notes.cut_off(!from.connected.sink->has_ended());
    if (from.connected.sink->lateness() != nullptr) { // a histogram never decreases
        from.lateness_before += from.connected.sink->lateness()->take_snapshot();
        from.send_duration_before += from.connected.sink->send_duration()->take_snapshot();
    }
    from.connected.sink = nullptr; // what it takes is remembered for routing
    leave_parts(from, reason);
    from.ports.clear();
    ports_changed(output);
}

// Down: the notes sound on, because the device may come back; up again: they are switched off.
void dispatcher::ports_changed(std::uint16_t output) noexcept {
    flow::output& of = *outputs_[output];
    const bool is_up = of.ports.is_any_up();
    collect(of);
    for (port_notes::entry& each : of.notes.ports()) {
        const bool is_port_up = of.ports.is_up(each.port);
        const bool was_port_up = std::exchange(each.was_up, is_port_up);
        const bool is_back = is_port_up && !was_port_up;
        if (!of.settings.silence_on_disconnect) {
            continue;
        }
        if (was_port_up && !is_port_up) {
            output_notes::went(each);
        }
        if (!is_back) {
            continue;
        }
        const output_notes::remains left = of.notes.remains_of(each, false);
        if (left.on.to_end() > 0) {
            of.ledger.silenced_by.add(silence_cause::disconnect);
            end_notes(of, left, origin::silence);
        }
    }
    if (!is_up) {
        queue_.resume(output); // a lost sink never becomes writable; due events are dropped
    }
    of.connects += is_up && !of.was_up ? 1 : 0;
    of.swept_ns = is_up ? of.swept_ns : output::never_swept_ns;
    of.was_up = is_up;
}

found_port dispatcher::find_port(std::uint16_t output, std::uint32_t handle,
                                 const name_table& names) noexcept {
    flow::output& of = *outputs_[output];
    name_answer if_none = name_answer::unknown;
    if (of.connected.sink != nullptr && of.ports.is_unknown(handle, names)) {
        if_none = of.connected.sink->want_port(names.text(handle));
    }
    return of.ports.look_up(handle, names,
                            if_none == name_answer::found ? name_answer::unknown : if_none);
}

bool dispatcher::has_port(std::string_view name) const noexcept {
    return std::any_of(outputs_.begin(), outputs_.end(),
                       [name](const auto& each) { return each->ports.has(name); });
}

void dispatcher::writable(std::uint16_t output) noexcept {
    queue_.resume(output);
}

void dispatcher::deliver(std::uint16_t output, const delivery& what) noexcept {
    static_cast<void>(push(output, what));
}

std::optional<dropped> dispatcher::push(std::uint16_t output, const delivery& what) noexcept {
    flow::output& to = *outputs_[output];
    to.ledger.accepted_by.add(what.from);
    event_source source = what.source;
    if (is_real_time(source)) {
        source.flags |= event_cell::is_real_time;
    }
    source.room = claim_of(to, what);
    if (!what.note.empty() && source.room != claim::none) {
        source.flags |= TACTUS_EVENT_CRITICAL;
    }
    const push_result pushed = queue_.push(output, what.due_ns, source);
    if (pushed != push_result::accepted) {
        const dropped why = pushed == push_result::full ? dropped::queue_full : dropped::no_memory;
        to.ledger.dropped_by.add(why);
        tell_dropped(to, what.source.input, what.source.tag, why);
        return why;
    }
    if (!what.note.empty()) {
        to.notes.let_in(place_of(to, what), what.note, source.ends_ns != 0);
        if (source.room == claim::all && what.from == origin::route) {
            to.notes.passed(place_of(to, what), what.note, source.arrival_ns);
        }
    }
    return std::nullopt;
}

// What the kernel makes itself ends what sounds, each once. What an input marks critical may use
// the reserve; an end may only if it is owed. The end made for a note with `for` is let in before
// its note.
claim dispatcher::claim_of(output& to, const delivery& what) noexcept {
    if (what.from != origin::route) {
        return claim::all;
    }
    if (!what.note.empty() && sounding::effect_of(what.note) != sounding::effect::begins) {
        const note_place where = place_of(to, what);
        return to.notes.must_pass(where, what.note, what.due_ns, what.source.arrival_ns)
                   ? claim::all
               : to.notes.owes(where, what.note) ? claim::reserve
                                                 : claim::none;
    }
    const bool is_critical = (what.source.flags & TACTUS_EVENT_CRITICAL) != 0;
    return is_critical && what.source.ends_ns == 0 ? claim::reserve : claim::none;
}

bool dispatcher::owes_end(std::uint16_t output, const delivery& what) noexcept {
    flow::output& to = *outputs_[output];
    return !what.note.empty() && to.notes.owes(place_of(to, what), what.note);
}

std::int64_t dispatcher::next_due_ns() const noexcept {
    return queue_.next_due().value_or(never_ns);
}

std::int64_t dispatcher::next_due_ns(std::uint16_t output) const noexcept {
    return queue_.next_due(output).value_or(never_ns);
}

bool dispatcher::is_next_precise() const noexcept {
    const std::optional<std::uint16_t> next = queue_.next_output_due(never_ns);
    if (!next) {
        return false;
    }
    const output& first = *outputs_[*next];
    return first.settings.is_precise && !first.connected.is_deferred;
}

void dispatcher::run_due(std::int64_t now_ns) noexcept {
    for (std::size_t i = 0; i < batches_a_run_max; ++i) {
        const std::optional<std::uint16_t> next = queue_.next_output_due(now_ns);
        if (!next) {
            return;
        }
        run_output(*outputs_[*next], now_ns);
        now_ns = clock_.now_ns();
    }
}

void dispatcher::run_output(output& to, std::int64_t now_ns) noexcept {
    std::array<due_entry, batch_max> due;
    const std::size_t count = queue_.pop_due(to.index, now_ns, due);
    if (to.has_ends && !to.connected.is_deferred) {
        run_notes(to, std::span(due).first(count), now_ns);
        return;
    }
    prepare(to, std::span(due).first(count), now_ns);
    static_cast<void>(hand_over(to, now_ns));
}

// Drops what is not to be sent, and makes views of the rest.
void dispatcher::prepare(output& to, std::span<const due_entry> entries,
                         std::int64_t now_ns) noexcept {
    entries_.clear();
    events_.clear();
    for (const due_entry& entry : entries) {
        const tactus_event event = event_of(to, entry);
        const std::int64_t from_ns = to.settings.late_from == late_origin::due
                                         ? event.due_ns
                                         : std::max(event.due_ns, event.received_ns);
        const std::int64_t late_ns = now_ns - from_ns;
        if (const std::optional<dropped> reason = verdict(to, entry, late_ns)) {
            give_up(to, entry, *reason);
            continue;
        }
        entries_.push_back(entry);
        events_.push_back(event);
    }
}

tactus_event dispatcher::event_of(const output& to, const due_entry& entry) const noexcept {
    const event_cell& cell = queue_.cell(entry.slot);
    const std::span<const std::byte> bytes = queue_.bytes(entry.slot);
    tactus_event event{};
    event.due_ns = entry.due_ns;
    event.received_ns = queue_.arrival_ns(entry.slot);
    event.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.port = cell.port != port_set::none ? cell.port : to.ports.first();
    event.tag = cell.tag;
    event.protocol = cell.protocol;
    static_assert(event_cell::is_part << 1 == TACTUS_EVENT_SYSEX_PART);
    event.flags = static_cast<std::uint16_t>(
        (cell.flags & static_cast<std::uint8_t>(~event_cell::own_flags)) |
        (cell.flags & event_cell::is_part) << 1);
    return event;
}

std::optional<dropped> dispatcher::verdict(output& to, const due_entry& entry,
                                           std::int64_t late_ns) noexcept {
    const event_cell& cell = queue_.cell(entry.slot);
    if (to.connected.sink == nullptr || !to.ports.is_any_up()) {
        return dropped::output_down;
    }
    const bool is_critical = (cell.flags & TACTUS_EVENT_CRITICAL) != 0;
    if (to.settings.late == late_policy::drop && !is_critical &&
        late_ns > to.settings.late_limit_ns && (cell.flags & event_cell::is_part) == 0 &&
        !is_end(entry)) {
        return dropped::too_late;
    }
    const bool is_judged_here =
        (cell.flags & event_cell::has_end) != 0 && !to.connected.is_deferred;
    if (is_critical && is_judged_here && is_outdated(to, entry)) {
        return dropped::outdated;
    }
    if ((cell.flags & event_cell::has_ticket) != 0 && tickets_.is_replaced(cell.ticket())) {
        return dropped::throttled;
    }
    return std::nullopt;
}

bool dispatcher::hand_over(output& to, std::int64_t now_ns) noexcept {
    if (entries_.empty()) {
        return true;
    }
    collect(to);
    number_events(to);
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
        give_up(to, entries_[done],
                answer.status == TACTUS_E_CLOSED ? dropped::output_down : dropped::output_error);
        ++done;
        now_ns = clock_.now_ns(); // the rest was waiting for the one that failed
    }
    return true;
}

void dispatcher::record_send(output& to, std::size_t count, std::int64_t took_ns) noexcept {
    sending_ns_ += took_ns;
    if (count > 0) {
        to.send_duration.record(took_ns / static_cast<std::int64_t>(count));
    }
    if (took_ns >= sink::slow_ns) {
        to.connected.sink->was_slow(took_ns);
    }
}

void dispatcher::took(output& to, std::size_t first, std::size_t count,
                      std::int64_t now_ns) noexcept {
    for (std::size_t i = first; i < first + count; ++i) {
        const tactus_event& event = events_[i];
        const event_cell& cell = queue_.cell(entries_[i].slot);
        if (!to.connected.is_deferred) {
            sent_at_once(to, entries_[i], event, now_ns);
        }
        if (delivery_observer_ != nullptr) {
            delivery_observer_->saw({to, event, cell.input, now_ns});
        }
        if (outcome_observers_ != nullptr) {
            tell_sent(to, cell.input, event, now_ns);
        }
        queue_.release(entries_[i]);
    }
}

// Hands over the batch from `first` on; returns how much of it was taken.
hand_off dispatcher::offer(output& to, std::size_t first) noexcept {
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

void dispatcher::give_up(output& to, const due_entry& entry, dropped reason) noexcept {
    to.ledger.dropped_by.add(reason);
    const event_cell& cell = queue_.cell(entry.slot);
    tell_dropped(to, cell.input, cell.tag, reason);
    const bool is_written = (cell.flags & event_cell::is_written_note) != 0;
    if (cell.protocol == TACTUS_PROTO_MIDI || is_written) {
        to.notes.lost(change_of(to, event_of(to, entry), is_written));
    }
    if ((cell.flags & event_cell::is_part) != 0) {
        lost_part(to, entry.sequence, reason);
    }
    queue_.release(entry);
}

// The sink is full: the rest waits where it was, and the output waits for writable().
void dispatcher::put_back(output& to, std::size_t first) noexcept {
    for (std::size_t i = first; i < entries_.size(); ++i) {
        if (to.connected.is_deferred) {
            to.notes.finish(receipts_[i].number);
        }
        queue_.requeue(entries_[i]); // if cancelled meanwhile, the queue has counted it
    }
    queue_.pause(to.index);
}

} // namespace tactus::flow
