// SPDX-License-Identifier: MIT
// The timed queue: admits events within the limits.
#include "kernel/flow/queue/timed_queue.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace tactus::flow {

namespace {

constexpr std::size_t sweep_along = 4;      // keys that a push checks while much is cancelled
constexpr std::size_t sweep_for_room = 256; // events that a push checks if there is no memory
constexpr std::size_t peak_cells = 4096;    // with fewer in use, no memory is released later

} // namespace

push_result timed_queue::push(std::uint16_t output, std::int64_t due_ns,
                              const event_source& source) noexcept {
    output_queue& to = at(output);
    TACTUS_ASSERT(to.state != output_state::removed);
    TACTUS_ASSERT(source.bytes.size() <= TACTUS_EVENT_SIZE_MAX);
    const std::uint8_t into = lane_of(source.flags);
    lane& in = to.lanes[into];
    if (in.dead > 0 || !in.detached.is_empty()) {
        // Sweeps while it adds: the dead never grow far beyond what may be pending.
        static_cast<void>(sweep_lane(in, sweep_along));
    }
    applicant one = look_at(to, output, source);
    if (!admits(to, one) && !make_room(to, one)) {
        refresh(output); // some may have been evicted to no avail
        return push_result::full;
    }
    // Events that the dispatcher holds must be able to come back.
    const bool has_key = in.heap.size() + to.in_hand < in.heap.limit();
    const std::optional<std::uint32_t> slot =
        has_key && has_memory(one) ? fill_cell(source) : std::nullopt;
    if (!slot) {
        refresh(output);
        return push_result::no_memory;
    }
    event_cell& cell = cells_[*slot];
    cell.output = output;
    if (one.name.tag != 0) {
        if (one.group == cancel_groups::none) {
            cell.flags |= event_cell::pays_group;
        }
        cell.group = groups_.join(one.group, one.name, source.input, one.cost.bytes);
    }
    occupied_ += one.cost.bytes;
    take_in(to, one.place, one.cost);
    TACTUS_ASSERT(next_sequence_ < sequence_max);
    insert(to, make_due_key(key_time(due_ns), next_sequence_++, *slot), into);
    return push_result::accepted;
}

timed_queue::applicant timed_queue::look_at(output_queue& to, std::uint16_t output,
                                            const event_source& source) noexcept {
    const std::size_t place = place_of(source.input);
    if (place >= to.ways.size()) {
        make_places(place + 1); // no route leads here from it: first time only
    }
    const std::uint8_t into = lane_of(source.flags);
    const group_name name{source.group != 0 ? source.group : source.tag, to.lanes[into].epoch,
                          output, into};
    const std::uint32_t group = name.tag != 0 ? groups_.find(name) : cancel_groups::none;
    const bool pays_group = name.tag != 0 && group == cancel_groups::none;
    return {&source,
            name,
            group,
            {1, cell_store::cell_bytes + cell_store::block_bytes_for(source.bytes.size()) +
                    (pays_group ? cancel_groups::bytes_each : 0)},
            place};
}

bool timed_queue::admits(const output_queue& to, const applicant& one) const noexcept {
    const claim by = one.source->room;
    if (by == claim::all) {
        return true;
    }
    return fits(to, one.place, one.cost, by) &&
           (one.source->group == 0 || one.group == cancel_groups::none || by != claim::none ||
            leaves_others_room(one.group, one.cost, left(to, one.place)));
}

// Evicts normal events of the same input and group at this output, those due next first, until the
// new one is admitted or takes no more room than they did.
bool timed_queue::make_room(output_queue& to, applicant& one) noexcept {
    const when_full policy = to.limits.policy;
    const queue_amount& own = to.ways[one.place].pending[0];
    if (policy == when_full::refuse ||
        (policy == when_full::drop_newest && one.source->room == claim::none) ||
        own.bytes + left(to, one.place).bytes < one.cost.bytes) { // all of it would not suffice
        return false;
    }
    lane& victims = to.lanes[0];
    queue_amount freed;
    for (std::size_t evicted = 0; evicted < eviction_looks_max; ++evicted) {
        const std::optional<std::size_t> victim = find_victim(victims, one);
        if (!victim) {
            return false;
        }
        freed += evict(to, *victim);
        if (is_within(one.cost, freed) || admits(to, one)) {
            one = look_at(to, one.name.output, *one.source); // its group may have been freed
            return true;
        }
    }
    return false;
}

// Returns the victim's index in the heap. The top of a heap is due next; the first few must be
// searched for the next one of its input. Dead events at the top are removed. A part of a SysEx
// stays: the rest would be another SysEx.
std::optional<std::size_t> timed_queue::find_victim(lane& victims, const applicant& of) noexcept {
    std::optional<std::size_t> next;
    std::size_t looks = 0;
    for (std::size_t i = 0; i < victims.heap.size() && looks < eviction_looks_max; ++looks) {
        const due_key key = victims.heap.keys()[i];
        const event_cell& cell = cells_[slot_of(key)];
        const bool is_gone = is_dead(victims, sequence_of(key), slot_of(key));
        if (is_gone && i == 0) {
            static_cast<void>(victims.heap.pop());
            --victims.dead;
            recycle(slot_of(key));
            continue;
        }
        const bool is_own =
            place_of(cell.input) == of.place && (cell.flags & event_cell::is_part) == 0 &&
            (of.source->group == 0 || of.group == cancel_groups::none || cell.group == of.group);
        if (!is_gone && is_own && (!next || key < victims.heap.keys()[*next])) {
            next = i;
            if (i == 0) {
                break;
            }
        }
        ++i;
    }
    return next;
}

queue_amount timed_queue::evict(output_queue& to, std::size_t index) noexcept {
    lane& victims = to.lanes[0];
    const std::uint32_t slot = slot_of(victims.heap.keys()[index]);
    victims.heap.remove_at(index);
    const event_cell& cell = cells_[slot];
    const queue_amount gone = cost_of(cell);
    groups_.take(cell.group, gone.bytes);
    take_off(to, place_of(cell.input), gone);
    forget(to, 0, place_of(cell.input), gone);
    ++to.counted.evicted;
    ++evicted_;
    recycle(slot);
    return gone;
}

// Cancelled events keep their memory until they are swept.
bool timed_queue::has_memory(const applicant& one) noexcept {
    const std::uint64_t beyond =
        one.source->room == claim::all ? beyond_max * cell_store::cell_bytes : 0;
    const std::uint64_t most = memory_max(limits_.pending.bytes) + beyond;
    if (occupied_ + one.cost.bytes > most) {
        static_cast<void>(sweep(sweep_for_room));
    }
    return occupied_ + one.cost.bytes <= most;
}

// A cell that contains the event, in no group yet; none if there is no memory.
std::optional<std::uint32_t> timed_queue::fill_cell(const event_source& source) noexcept {
    std::optional<std::uint32_t> slot = cells_.allocate();
    if (!slot) {
        static_cast<void>(sweep(sweep_for_room));
        slot = cells_.allocate();
    }
    if (!slot) {
        return std::nullopt;
    }
    event_cell& cell = cells_[*slot];
    cell.arrival_ns = source.arrival_ns - epoch_ns_;
    cell.tag = source.tag;
    cell.group = cancel_groups::none;
    cell.port = source.port;
    cell.protocol = source.protocol;
    cell.flags = source.flags;
    cell.input = source.input;
    if (source.ends_ns != 0) {
        cell.flags |= event_cell::has_end;
        cell.set_ends_ns(source.ends_ns);
    }
    if (source.ticket != 0 && event_cell::takes_ticket(source.bytes.size())) {
        cell.flags |= event_cell::has_ticket;
        cell.set_ticket(source.ticket);
    }
    if (source.block != nullptr) {
        cells_.store(*slot, *source.block);
    } else if (!cells_.store(*slot, source.bytes)) {
        cells_.free(*slot);
        return std::nullopt;
    }
    has_peaked_ = has_peaked_ || cells_.cells_in_use() > peak_cells;
    return slot;
}

// Makes a cell's key pending; the cell itself is complete.
void timed_queue::insert(output_queue& to, due_key key, std::uint8_t into) noexcept {
    const event_cell& cell = cells_[slot_of(key)];
    const std::int64_t due_ns = due_ns_of(key);
    output_counts& counted = to.counted;
    const std::uint64_t before = pending_events_of(to);
    counted.furthest_due_ns =
        before == 0 ? due_ns : std::max(counted.furthest_due_ns.value_or(due_ns), due_ns);

    lane& in = to.lanes[into];
    const queue_amount cost = cost_of(cell);
    in.heap.push(key);
    in.pending += cost;
    to.ways[place_of(cell.input)].pending[into] += cost;
    counted.high_watermark = std::max(counted.high_watermark, before + 1);
    refresh(cell.output);
}

} // namespace tactus::flow
