// SPDX-License-Identifier: MIT
// The timed queue: letting events in, within the limits.
#include "kernel/flow/timed_queue.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace tactus::flow {

namespace {

constexpr std::size_t sweep_along = 4;     // keys that a push looks at while much is cancelled
constexpr std::size_t sweep_for_room = 64; // events that a push looks at when there is no cell
constexpr std::size_t peak_cells = 4096;   // with fewer in use, no memory is given back later

bool is_critical(const event_source& source) noexcept {
    return (source.flags & TACTUS_EVENT_CRITICAL) != 0;
}

// Bounds: held <= limit.
bool fits(const amount& held, const amount& limit, const event_source& source) noexcept {
    const std::uint64_t divisor = timed_queue::reserve_divisor;
    const amount reserve =
        is_critical(source) ? amount{} : amount{limit.events / divisor, limit.bytes / divisor};
    return held.events + 1 <= limit.events - reserve.events &&
           held.bytes + source.bytes.size() <= limit.bytes - reserve.bytes;
}

} // namespace

push_result timed_queue::push(std::uint16_t output, std::int64_t due_ns,
                              const event_source& source) noexcept {
    output_queue& to = at(output);
    TACTUS_ASSERT(to.state != output_state::removed);
    TACTUS_ASSERT(source.bytes.size() <= TACTUS_EVENT_SIZE_MAX);
    const std::uint8_t into = lane_of(source.flags);
    lane& in = to.lanes[into];
    if (in.dead > 0 || !in.detached.is_empty()) {
        // Pays back while it takes: so what is dead never grows far beyond what may be pending.
        static_cast<void>(sweep_lane(in, sweep_along));
    }
    if (!admits(to, source, {}) && !make_room(to, source)) {
        refresh(output); // some may have been evicted in vain
        return push_result::full;
    }
    // Those in the hands of the dispatcher must be able to come back.
    const amount in_hand = to.held - pending_of(to);
    const bool has_key = in.heap.size() + in_hand.events < in.heap.limit();
    const std::optional<std::uint32_t> slot = has_key ? fill_cell(source) : std::nullopt;
    if (!slot) {
        refresh(output);
        return push_result::no_memory;
    }
    event_cell& cell = cells_[*slot];
    cell.output = output;
    const amount added{1, cell.size};
    to.held += added;
    held_ += added;
    if (source.tag != 0) {
        cell.group = groups_.join({source.tag, in.epoch, output, into}, cell.size);
    }
    TACTUS_ASSERT(next_sequence_ < sequence_max);
    insert(to, make_due_key(key_time(due_ns), next_sequence_++, *slot), into);
    return push_result::accepted;
}

// Whether the event is within the limits, or would be if `freed` were gone.
bool timed_queue::admits(const output_queue& to, const event_source& source,
                         const amount& freed) const noexcept {
    return fits(to.held - freed, to.limits.pending, source) &&
           fits(held_ - freed, limits_.pending, source);
}

// Evicts normal events of this output, those due next first, until the new one is admitted.
bool timed_queue::make_room(output_queue& to, const event_source& source) noexcept {
    const when_full policy = to.limits.policy;
    lane& victims = to.lanes[0];
    if (policy == when_full::refuse || (policy == when_full::drop_newest && !is_critical(source)) ||
        !admits(to, source, victims.pending)) { // even all of them would not be enough
        return false;
    }
    for (std::size_t looks = 0; looks < eviction_looks_max; ++looks) {
        if (victims.heap.is_empty()) {
            return false;
        }
        const due_key key = victims.heap.pop();
        const std::uint32_t slot = slot_of(key);
        if (is_dead(victims, sequence_of(key), slot)) {
            --victims.dead;
            recycle(slot);
            continue;
        }
        const amount gone{1, cells_[slot].size};
        groups_.take(cells_[slot].group, gone.bytes);
        forget(victims, gone);
        to.held -= gone;
        held_ -= gone;
        ++to.counted.evicted;
        recycle(slot);
        if (admits(to, source, {})) {
            return true;
        }
    }
    return false;
}

// A cell with the event in it, in no group yet; none: no memory.
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

// Makes a cell's key pending; the rest of the cell's bookkeeping is done.
void timed_queue::insert(output_queue& to, due_key key, std::uint8_t into) noexcept {
    const event_cell& cell = cells_[slot_of(key)];
    const std::int64_t due_ns = due_ns_of(key);
    output_counts& counted = to.counted;
    const bool was_empty = pending_of(to).events == 0;
    counted.furthest_due_ns =
        was_empty ? due_ns : std::max(counted.furthest_due_ns.value_or(due_ns), due_ns);

    lane& in = to.lanes[into];
    in.heap.push(key);
    in.pending += {1, cell.size};
    pending_ += {1, cell.size};
    counted.high_watermark = std::max(counted.high_watermark, pending_of(to).events);
    refresh(cell.output);
}

} // namespace tactus::flow
