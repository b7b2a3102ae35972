// SPDX-License-Identifier: MIT
#include "kernel/flow/dispatcher.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>

namespace tactus::flow {
namespace {

bool is_real_time(const event_source& source) noexcept {
    return source.protocol == TACTUS_PROTO_MIDI && source.bytes.size() == 1 &&
           codec::is_real_time(static_cast<std::uint8_t>(source.bytes[0]));
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
    to.handed_over = 0;
    to.seen = {};
    queue_.set_ahead(output, connection.ahead_ns);
    queue_.resume(output);
}

void dispatcher::detach(std::uint16_t output, dropped reason) noexcept {
    flow::output& from = *outputs_[output];
    if (from.connected.sink == nullptr) {
        return;
    }
    collect(from);
    from.ledger.dropped_by.add(reason, from.handed_over - from.seen.total());
    from.notes.settle(from.handed_over == from.seen.total());
    from.handed_over = from.seen.total();
    if (from.connected.sink->lateness() != nullptr) { // a histogram never goes back
        from.lateness_before += from.connected.sink->lateness()->take_snapshot();
        from.send_duration_before += from.connected.sink->send_duration()->take_snapshot();
    }
    from.connected.sink = nullptr; // what it takes is still known, for routing
    from.ports.clear();
    ports_changed(output);
}

// Down: the notes go on sounding in a device that may come back; up again, they are switched off.
void dispatcher::ports_changed(std::uint16_t output) noexcept {
    flow::output& of = *outputs_[output];
    const bool is_up = of.ports.is_any_up();
    collect(of);
    for (port_notes::entry& each : of.notes.all()) {
        const bool is_port_up = of.ports.is_up(each.port);
        if (is_port_up && !each.was_up && each.notes.to_end() > 0 &&
            of.settings.silence_on_disconnect) {
            of.ledger.silenced_by.add(silence_cause::disconnect);
            end_notes(of, each, origin::silence);
        }
        each.was_up = is_port_up;
    }
    if (!is_up) {
        queue_.resume(output); // who is gone says no more that it is writable; what is due, drops
    }
    of.connects += is_up && !of.was_up ? 1 : 0;
    of.was_up = is_up;
}

std::uint32_t dispatcher::find_port(std::uint16_t output, std::uint32_t handle,
                                    const name_table& names) noexcept {
    flow::output& of = *outputs_[output];
    if (of.connected.sink != nullptr && of.ports.is_unknown(handle, names)) {
        of.connected.sink->want_port(names.text(handle));
    }
    return of.ports.find(handle, names);
}

bool dispatcher::has_port(std::string_view name) const noexcept {
    return std::any_of(outputs_.begin(), outputs_.end(),
                       [name](const auto& each) { return each->ports.has(name); });
}

void dispatcher::writable(std::uint16_t output) noexcept {
    queue_.resume(output);
}

bool dispatcher::has_room(std::uint16_t output, const amount& more) const noexcept {
    if (outputs_[output]->settings.limits.policy == when_full::drop_oldest &&
        queue_.pending(output).events > 0) {
        return true; // it makes its own, of what is its own
    }
    return has_space(output, more);
}

bool dispatcher::has_space(std::uint16_t output, const amount& more) const noexcept {
    const output_counts counts = queue_.counts(output);
    const auto fits = [](std::uint64_t pending, std::uint64_t wanted, std::uint64_t capacity) {
        const std::uint64_t usable = capacity - capacity / timed_queue::reserve_divisor;
        return pending + std::min(wanted, usable) <= usable;
    };
    const auto fits_both = [&](const amount& pending, const amount& capacity) {
        return fits(pending.events, more.events, capacity.events) &&
               fits(pending.bytes, more.bytes, capacity.bytes);
    };
    return fits_both(counts.pending, counts.capacity) &&
           fits_both(queue_.pending(), queue_.capacity());
}

void dispatcher::deliver(std::uint16_t output, const delivery& what) noexcept {
    static_cast<void>(push(output, what));
}

// False: it was dropped at once, and counted so.
bool dispatcher::push(std::uint16_t output, const delivery& what) noexcept {
    flow::output& to = *outputs_[output];
    to.ledger.accepted_by.add(what.from);
    event_source source = what.source;
    if (is_real_time(source)) {
        source.flags |= event_cell::is_real_time;
    }
    switch (queue_.push(output, what.due_ns, source)) {
    case push_result::accepted:
        return true;
    case push_result::full:
        to.ledger.dropped_by.add(dropped::queue_full);
        tell_dropped(to, what.source.input, what.source.tag, dropped::queue_full);
        return false;
    case push_result::no_memory:
        to.ledger.dropped_by.add(dropped::no_memory);
        tell_dropped(to, what.source.input, what.source.tag, dropped::no_memory);
        return false;
    }
    return false;
}

void dispatcher::refuse(std::uint16_t output, dropped reason) noexcept {
    outputs_[output]->ledger.accepted_by.add(origin::route);
    outputs_[output]->ledger.dropped_by.add(reason);
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
    if (to.has_ends) {
        run_notes(to, std::span(due).first(count), now_ns);
        return;
    }
    prepare(to, std::span(due).first(count), now_ns);
    static_cast<void>(hand_over(to, now_ns));
}

// Sorts out what is not to be sent, and makes views of the rest.
void dispatcher::prepare(output& to, std::span<const due_entry> entries,
                         std::int64_t now_ns) noexcept {
    entries_.clear();
    events_.clear();
    for (const due_entry& entry : entries) {
        const tactus_event event = event_of(to, entry);
        const std::int64_t late_ns = now_ns - std::max(event.due_ns, event.received_ns);
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
    event.received_ns = cell.arrival_ns;
    event.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.port = cell.port != port_set::none ? cell.port : to.ports.first();
    event.tag = cell.tag;
    event.protocol = cell.protocol;
    event.flags = cell.flags & static_cast<std::uint8_t>(~event_cell::own_flags);
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
        late_ns > to.settings.late_limit_ns) {
        return dropped::too_late;
    }
    if (is_critical && (cell.flags & event_cell::has_end) != 0 && is_outdated(to, entry)) {
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
    std::size_t done = 0;
    while (done < events_.size()) {
        tactus_batch batch{};
        batch.struct_size = sizeof batch;
        batch.count = static_cast<std::uint32_t>(events_.size() - done);
        batch.event_stride = sizeof(tactus_event);
        batch.events = events_.data() + done;
        const hand_off answer = to.connected.sink->send(batch);
        const std::size_t taken = answer.status == TACTUS_OK
                                      ? batch.count
                                      : std::min<std::size_t>(answer.accepted, batch.count);
        if (!to.connected.is_deferred) {
            record_send(to, taken, clock_.now_ns() - now_ns);
        }
        took(to, done, taken, now_ns);
        done += taken;
        if (done == events_.size()) {
            return true;
        }
        if (answer.status == TACTUS_E_AGAIN) {
            keep(to, done);
            return false;
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
    const bool is_deferred = to.connected.is_deferred;
    for (std::size_t i = first; i < first + count; ++i) {
        const tactus_event& event = events_[i];
        const event_cell& cell = queue_.cell(entries_[i].slot);
        if (event.protocol == TACTUS_PROTO_MIDI) {
            const bool has_end = (cell.flags & event_cell::has_end) != 0;
            follow_notes(to, event, has_end ? cell.ends_ns() : 0);
        } else if ((cell.flags & event_cell::is_written_note) != 0) {
            follow_written_note(to, event);
        }
        if (is_deferred) {
            ++to.handed_over;
        } else {
            ++to.ledger.sent;
            const std::int64_t wanted_ns = event.due_ns - to.connected.ahead_ns;
            to.lateness.record(now_ns - std::max(wanted_ns, event.received_ns));
        }
        if (tap_ != nullptr) {
            tap_->saw({to, event, cell.input, now_ns});
        }
        if (witnesses_ != nullptr) {
            tell_sent(to, cell.input, event, now_ns);
        }
        queue_.release(entries_[i]);
    }
}

void dispatcher::follow_notes(output& to, const tactus_event& event,
                              std::int64_t ends_ns) noexcept {
    const std::span<const std::uint8_t> message(event.bytes, event.size);
    to.notes.of(event.port).follow(message, to.connected.is_deferred);
    if (to.has_ends && note_ends::key_of(message) < note_ends::keys) {
        const bool is_on = codec::midi_view{message}.is_note_on();
        to.notes.ends_of(event.port).follow(note_ends::key_of(message), is_on ? ends_ns : 0);
    }
}

void dispatcher::give_up(output& to, const due_entry& entry, dropped reason) noexcept {
    to.ledger.dropped_by.add(reason);
    const event_cell& cell = queue_.cell(entry.slot);
    tell_dropped(to, cell.input, cell.tag, reason);
    queue_.release(entry);
}

// The sink is full: the rest waits where it was, and the output until writable().
void dispatcher::keep(output& to, std::size_t first) noexcept {
    for (std::size_t i = first; i < entries_.size(); ++i) {
        queue_.requeue(entries_[i]); // cancelled meanwhile: the queue has counted it
    }
    queue_.pause(to.index);
}

} // namespace tactus::flow
