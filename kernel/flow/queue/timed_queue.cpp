// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/timed_queue.hpp"

#include "kernel/flow/queue/admission.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tactus::flow {

namespace {

constexpr std::size_t sweep_along = 4;      // keys that a push checks while much is cancelled
constexpr std::size_t sweep_for_room = 256; // events that a push checks if there is no memory

// Includes what is cancelled and not swept yet (from twice the limit on, pushes sweep too), and
// what is never refused.
std::size_t keys_max(const queue_amount& limit) noexcept {
    return static_cast<std::size_t>(2 * limit.events + timed_queue::beyond_max);
}

// No more events than fit with the shortest payload.
queue_amount with_memory(const queue_amount& limit) noexcept {
    const std::uint64_t most = std::max<std::uint64_t>(limit.bytes / cell_store::cell_bytes, 1);
    return {std::min(limit.events, most), limit.bytes};
}

// The most that this many messages may take, if only the sum of their lengths is known.
queue_amount most_of(const queue_amount& messages) noexcept {
    std::uint64_t bytes = messages.events * cell_store::cell_bytes;
    if (messages.events <= 1) {
        bytes += cell_store::block_bytes_for(messages.bytes);
    } else if (messages.bytes > event_cell::inline_max) {
        // A block is at most four times as long as its payload and its head.
        const std::uint64_t head = cell_store::block_bytes_for(event_cell::inline_max + 1);
        bytes += 4 * messages.bytes + messages.events * head;
    }
    return {messages.events, bytes};
}

} // namespace

result<timed_queue> timed_queue::make(const queue_limits& wanted, std::int64_t now_ns) {
    static_assert(2 * events_max + beyond_max <= slots_max);
    if (wanted.pending.events == 0 || wanted.pending.events > events_max) {
        return fail(error_kind::invalid, "a queue holds 1 to " + std::to_string(events_max) +
                                             " events, not " +
                                             std::to_string(wanted.pending.events));
    }
    const queue_amount limit = with_memory(wanted.pending);
    auto events = event_store::make(keys_max(limit), wanted.block_bytes, memory_max(limit.bytes));
    if (!events) {
        return fail(events.error().kind, events.error().text);
    }
    return timed_queue(limit, now_ns, std::move(*events));
}

timed_queue::timed_queue(const queue_amount& limit, std::int64_t now_ns, event_store events)
    : departures_(now_ns), events_(std::move(events)), rooms_(limit) {}

result<std::uint16_t> timed_queue::add_output(const output_limits& limits) {
    if (limits.pending.events == 0) {
        return fail(error_kind::invalid, "an output's queue holds at least 1 event");
    }
    const queue_amount limit = with_memory(smaller_of(limits.pending, rooms_.limit()));
    // Its limit may be raised later; keys that are not used are address space only.
    auto added =
        departures_.queues().add({limit, limits.policy}, keys_max(with_memory(rooms_.limit())));
    if (added) {
        rooms_.set_output(*added, limit);
    }
    return added;
}

void timed_queue::limit_output(std::uint16_t output, const output_limits& limits) {
    TACTUS_ASSERT(limits.pending.events > 0);
    const queue_amount limit = with_memory(smaller_of(limits.pending, rooms_.limit()));
    departures_.queues().at(output).limit({limit, limits.policy});
    rooms_.limit_output(output, limit);
}

std::uint64_t timed_queue::remove_output(std::uint16_t output) noexcept {
    const std::uint64_t count = cancel(output, keep::nothing);
    output_queue& removed = departures_.queues().at(output);
    removed.remove();
    departures_.queues().refresh(removed);
    return count;
}

bool timed_queue::has_space(std::uint16_t output, const room_question& asked) const noexcept {
    const output_queue& to = departures_.queues().at(output);
    if (!rooms_.knows(asked.input)) {
        return true; // it never sent anything, and no route leads here from it
    }
    const queue_amount more = rooms_.capped(output, asked.input, most_of(asked.more));
    if (!rooms_.fits(output, asked.input, more, claim::none)) {
        return false;
    }
    const std::uint32_t group =
        asked.group == 0
            ? cancel_groups::none
            : events_.find_group({asked.group, to.at(normal_lane).epoch(), output, normal_lane});
    const queue_amount alike = events_.pending_in(group);
    return alike.events == 0 ||
           room_accounts::leaves_others_room(alike, more, rooms_.left(output, asked.input));
}

bool timed_queue::has_room(std::uint16_t output, const room_question& asked) const noexcept {
    const bool makes_its_own = departures_.queues().at(output).policy() == when_full::drop_oldest &&
                               rooms_.knows(asked.input) &&
                               rooms_.pending(output, asked.input, normal_lane).events > 0;
    return makes_its_own || has_space(output, asked);
}

push_result timed_queue::push(std::uint16_t output, std::int64_t due_ns,
                              const event_source& source) noexcept {
    output_queue& to = departures_.queues().at(output);
    TACTUS_ASSERT(!to.gate().is_removed());
    TACTUS_ASSERT(source.bytes.size() <= TACTUS_EVENT_SIZE_MAX);
    const std::uint8_t into = lane_of(source.flags);
    if (to.at(into).has_dead()) {
        // Sweeps while it adds: the dead never grow far beyond what may be pending.
        to.at(into).sweep(events_, sweep_along);
    }
    rooms_.add_input(source.input);
    admission asked(source, to, events_, rooms_);
    if (!asked.is_granted()) {
        const bool has_made_room = asked.make_room();
        evicted_ += asked.evicted();
        fresh_.forget();
        if (!has_made_room) {
            departures_.queues().refresh(to); // some may have been evicted to no avail
            return push_result::full;
        }
    }
    const std::optional<std::uint32_t> slot =
        to.takes_another(into) ? add(source, output, asked.cost().bytes) : std::nullopt;
    if (!slot) {
        departures_.queues().refresh(to);
        return push_result::no_memory;
    }
    events_.join(*slot, asked.name(), asked.group(), asked.cost());
    rooms_.take_in(output, source.input, asked.cost());
    TACTUS_ASSERT(next_sequence_ < sequence_max);
    insert(to, into, departures_.epoch().make_key(due_ns, next_sequence_++, *slot), asked.cost());
    if (due_ns <= source.arrival_ns && asked.name().tag != 0) {
        fresh_.add(*slot);
    }
    return push_result::accepted;
}

// A cell that contains the event, in no group yet; none if there is no memory. Cancelled events
// keep theirs until they are swept.
std::optional<std::uint32_t> timed_queue::add(const event_source& source, std::uint16_t output,
                                              std::uint64_t bytes) noexcept {
    const std::uint64_t beyond =
        source.room == claim::all ? beyond_max * cell_store::cell_bytes : 0;
    if (!events_.has_memory(bytes, beyond) || !events_.has_cell()) {
        departures_.queues().sweep(events_, sweep_for_room);
    }
    return events_.has_memory(bytes, beyond)
               ? events_.add(source, output, departures_.epoch().since_epoch(source.arrival_ns))
               : std::nullopt;
}

// Makes a key pending; its cell is complete.
void timed_queue::insert(output_queue& to, std::uint8_t into, due_key key,
                         const queue_amount& cost) noexcept {
    rooms_.add_pending(to.number(), events_.cell(slot_of(key)).input, into, cost);
    to.insert(into, key, cost);
    departures_.queues().refresh(to);
}

void timed_queue::let_go(payload_block* block) noexcept {
    if (block != nullptr) {
        events_.let_go(*block);
    }
}

std::size_t timed_queue::pop_due(std::uint16_t output, std::int64_t now_ns,
                                 std::span<due_entry> out) noexcept {
    return pop_due_from(output, now_ns, out,
                        [](const output_queue& from) noexcept { return from.earliest(); });
}

std::size_t timed_queue::pop_due_real_time(std::uint16_t output, std::int64_t now_ns,
                                           std::span<due_entry> out) noexcept {
    return pop_due_from(output, now_ns, out, [](const output_queue& from) noexcept {
        return from.at(real_time_lane).is_empty() ? lanes_count : real_time_lane;
    });
}

// next_lane(output_queue): the lane to take from; lanes_count: none.
template <class Choice>
std::size_t timed_queue::pop_due_from(std::uint16_t output, std::int64_t now_ns,
                                      std::span<due_entry> out, const Choice& next_lane) noexcept {
    output_queue& from = departures_.queues().at(output);
    now_ns = departures_.before_freeze(from, now_ns);
    std::size_t count = 0;
    std::size_t skips_left = skips_max;
    while (count < out.size() && skips_left > 0) {
        const std::uint8_t first = next_lane(from);
        if (first == lanes_count || departures_.leave_ns_of(from, from.at(first).top()) > now_ns) {
            break;
        }
        lane& in = from.at(first);
        // Written before the pop: a key that lived across it would be spilled as a vector, and the
        // load of one that was just pushed stalls.
        const std::uint32_t slot = slot_of(in.top());
        out[count] = {departures_.epoch().due_ns_of(in.top()), sequence_of(in.top()), slot, output};
        if (!in.pop(events_)) {
            --skips_left;
            continue;
        }
        const queue_amount cost = events_.take_out(slot);
        rooms_.remove_pending(output, events_.cell(slot).input, first, cost);
        from.forget(first, cost);
        from.hand_out();
        ++count;
    }
    departures_.queues().refresh(from);
    return count;
}

// Its lane has it no more.
void timed_queue::take_out(std::uint16_t output, std::uint8_t lane, due_key key) noexcept {
    output_queue& from = departures_.queues().at(output);
    const queue_amount cost = events_.take_out(slot_of(key));
    rooms_.remove_pending(output, events_.cell(slot_of(key)).input, lane, cost);
    from.forget(lane, cost);
    from.hand_out();
    departures_.queues().refresh(from);
}

void timed_queue::release(const due_entry& entry) noexcept {
    output_queue& from = departures_.queues().at(entry.output);
    const std::uint16_t input = events_.cell(entry.slot).input;
    rooms_.take_off(entry.output, input, events_.recycle(entry.slot));
    from.take_back();
    if (from.is_gone()) {
        departures_.queues().refresh(from); // sweep() waited for this one
    }
}

bool timed_queue::requeue(const due_entry& entry) noexcept {
    output_queue& to = departures_.queues().at(entry.output);
    const std::uint8_t into = lane_of(events_.cell(entry.slot).flags);
    if (to.at(into).is_dead(entry.sequence, entry.slot, events_)) {
        to.count_cancelled();
        release(entry);
        return false;
    }
    to.take_back();
    insert(to, into, departures_.epoch().make_key(entry.due_ns, entry.sequence, entry.slot),
           events_.put_back(entry.slot));
    return true;
}

std::uint64_t timed_queue::cancel(std::uint16_t output, keep kept) noexcept {
    output_queue& of = departures_.queues().at(output);
    std::uint64_t count = 0;
    for (std::uint8_t i = 0; i < lanes_cancelled(kept); ++i) {
        const queue_amount gone = rooms_.take_off_all(output, i);
        of.at(i).cancel(next_sequence_);
        of.forget_cancelled(i, gone);
        count += gone.events;
    }
    departures_.queues().refresh(of);
    fresh_.forget();
    return count;
}

std::size_t timed_queue::spare(std::uint32_t group, choice is_spared) noexcept {
    std::size_t count = 0;
    fresh_.for_each([&](std::uint32_t slot) {
        const event_cell& cell = events_.cell(slot);
        if (cell.group == group && is_spared(cell, events_.bytes(slot))) {
            events_.leave_group(slot);
            spared_[count++] = slot;
        }
    });
    return count;
}

std::uint64_t timed_queue::cancel_tag(std::uint16_t output, std::uint32_t tag, keep kept,
                                      choice is_spared) noexcept {
    output_queue& of = departures_.queues().at(output);
    std::uint64_t count = 0;
    for (std::uint8_t i = 0; tag != 0 && i < lanes_count; ++i) {
        if (i == critical_lane && kept == keep::critical) {
            continue;
        }
        const group_name name{tag, of.at(i).epoch(), output, i};
        const std::uint32_t group = events_.find_group(name);
        if (group == cancel_groups::none) {
            continue;
        }
        const std::uint16_t input = events_.input_of(group);
        const std::size_t spared = spare(group, is_spared);
        const queue_amount gone = events_.cancel(name);
        for (std::size_t each = 0; each < spared; ++each) {
            events_.join_again(spared_[each], name);
        }
        rooms_.take_off(output, input, gone);
        rooms_.remove_pending(output, input, i, gone);
        of.at(i).forget_cancelled(gone.events, events_);
        of.forget_cancelled(i, gone);
        count += gone.events;
    }
    departures_.queues().refresh(of);
    return count;
}

output_counts timed_queue::counts(std::uint16_t output) const noexcept {
    const output_queue& of = departures_.queues().at(output);
    output_counts counted = of.counts();
    if (counted.pending.events > 0) {
        counted.furthest_due_ns = departures_.epoch().due_ns_of(of.furthest());
    }
    return counted;
}

} // namespace tactus::flow
