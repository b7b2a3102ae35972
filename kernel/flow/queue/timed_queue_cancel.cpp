// SPDX-License-Identifier: MIT
// The timed queue: cancels in one step, and sweeps in many.
//
// An entry is dead if its sequence is below its lane's mark or its group is cancelled. Dead entries
// are counted as cancelled at once and stay where they are until they reach the top, or until
// sweep() finds them: a completely dead heap is swapped for the lane's spare one and emptied from
// its end; a heap of which more than a sixteenth is dead is compacted from its end to its top.
#include "kernel/flow/queue/timed_queue.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace tactus::flow {

namespace {
constexpr std::size_t dead_share = 16; // one in this many of a heap may be dead for long
constexpr std::size_t trim_max = 32;   // dead heads that a cancellation removes itself
} // namespace

bool timed_queue::is_dead(const lane& in, std::uint64_t sequence,
                          std::uint32_t slot) const noexcept {
    return sequence < in.mark || groups_.is_cancelled(cells_[slot].group);
}

std::uint8_t timed_queue::lane_of(std::uint8_t flags) noexcept {
    if ((flags & event_cell::is_real_time) != 0) {
        return 2;
    }
    return (flags & TACTUS_EVENT_CRITICAL) != 0 ? 1 : 0;
}

std::uint8_t timed_queue::lanes_cancelled(keep kept) noexcept {
    switch (kept) {
    case keep::critical:
        return 1;
    case keep::real_time:
        return 2;
    case keep::nothing:
        break;
    }
    return lanes_count;
}

std::uint64_t timed_queue::cancel(std::uint16_t output, keep kept) noexcept {
    output_queue& of = at(output);
    std::uint64_t count = 0;
    for (std::uint8_t i = 0; i < lanes_cancelled(kept); ++i) {
        count += cancel_lane(of, i);
    }
    of.counted.cancelled += count;
    refresh(output);
    return count;
}

std::uint64_t timed_queue::cancel_lane(output_queue& of, std::size_t which) noexcept {
    lane& cancelled = of.lanes[which];
    const std::uint64_t count = cancelled.pending.events;
    cancelled.mark = next_sequence_;
    ++cancelled.epoch; // the groups of what is now dead can no longer be found
    cancelled.dead = cancelled.heap.size();
    for (std::size_t place = 0; place < of.ways.size(); ++place) {
        const queue_amount gone = of.ways[place].pending[which];
        take_off(of, place, gone);
        forget(of, which, place, gone);
    }
    return count;
}

std::uint64_t timed_queue::cancel_tag(std::uint16_t output, std::uint32_t tag, keep kept) noexcept {
    output_queue& of = at(output);
    std::uint64_t count = 0;
    for (std::uint8_t i = 0; tag != 0 && i < lanes_count; ++i) {
        if (i == 1 && kept == keep::critical) {
            continue;
        }
        lane& in = of.lanes[i];
        const group_name name{tag, in.epoch, output, i};
        const std::uint32_t group = groups_.find(name);
        if (group == cancel_groups::none) {
            continue;
        }
        const std::size_t place = place_of(groups_.input(group));
        const queue_amount gone = groups_.cancel(name);
        in.dead += gone.events;
        take_off(of, place, gone);
        forget(of, i, place, gone);
        trim_head(in);
        count += gone.events;
    }
    of.counted.cancelled += count;
    refresh(output);
    return count;
}

std::uint64_t timed_queue::remove_output(std::uint16_t output) noexcept {
    const std::uint64_t count = cancel(output, keep::nothing);
    at(output).state = output_state::removed;
    has_swept_all_ = false;
    return count;
}

// Subtracts what is no longer pending, whether it was popped, evicted or cancelled.
void timed_queue::forget(output_queue& of, std::size_t which, std::size_t place,
                         const queue_amount& gone) noexcept {
    lane& from = of.lanes[which];
    from.pending -= gone;
    of.ways[place].pending[which] -= gone;
    detach_if_dead(from);
    has_swept_all_ = has_swept_all_ && from.dead * dead_share <= from.heap.size();
}

void timed_queue::detach_if_dead(lane& dead) noexcept {
    if (dead.pending.events > 0 || dead.heap.is_empty()) {
        return;
    }
    has_swept_all_ = false;
    if (dead.detached.is_empty()) {
        dead.heap.swap(dead.detached);
        dead.dead = 0;
    } // else skipped at the top and compacted, until the other is empty
}

void timed_queue::trim_head(lane& of) noexcept {
    for (std::size_t trimmed = 0; trimmed < trim_max && of.pending.events > 0; ++trimmed) {
        const due_key key = of.heap.top();
        if (!is_dead(of, sequence_of(key), slot_of(key))) {
            return;
        }
        static_cast<void>(of.heap.pop());
        --of.dead;
        recycle(slot_of(key));
    }
}

// Frees the cell of an entry that is no longer in any heap.
void timed_queue::recycle(std::uint32_t slot) noexcept {
    occupied_ -= cost_of(cells_[slot]).bytes;
    groups_.leave(cells_[slot].group);
    cells_.free(slot);
}

bool timed_queue::sweep(std::size_t most) noexcept {
    if (!has_swept_all_) {
        std::size_t left = most;
        for (std::size_t visited = 0; visited < outputs_.size() && left > 0; ++visited) {
            left -= sweep_output(static_cast<std::uint16_t>(sweep_at_), left);
            if (left > 0) {
                sweep_at_ = (sweep_at_ + 1) % outputs_.size();
            }
        }
        if (left == 0) {
            return true;
        }
        has_swept_all_ = true;
    }
    if (has_peaked_ && !outputs_.empty()) {
        return cells_.cells_in_use() == 0 ? release_memory() : release_keys();
    }
    return false;
}

// Returns how many events it checked; less than `most` if there is nothing more to do here.
std::size_t timed_queue::sweep_output(std::uint16_t output, std::size_t most) noexcept {
    output_queue& swept = *outputs_[output];
    if (swept.state == output_state::vacant) {
        return 0;
    }
    std::size_t looks = 0;
    for (lane& each : swept.lanes) {
        looks += sweep_lane(each, most - looks);
    }
    refresh(output);
    if (looks < most && swept.state == output_state::removed && vacate(swept)) {
        return most; // released a slice of memory, which is enough work for one call
    }
    return looks;
}

std::size_t timed_queue::sweep_lane(lane& swept, std::size_t most) noexcept {
    std::size_t looks = 0;
    for (; looks < most; ++looks) {
        detach_if_dead(swept);
        if (!swept.detached.is_empty()) {
            recycle(slot_of(swept.detached.keys().back()));
            swept.detached.remove_last();
        } else if (swept.dead * dead_share > swept.heap.size()) {
            compact_step(swept);
        } else {
            break;
        }
    }
    return looks;
}

// Checks one key. Pushes and pops may move a dead key past the cursor; it then starts over.
void timed_queue::compact_step(lane& compacted) noexcept {
    const std::size_t size = compacted.heap.size();
    if (compacted.cursor == 0 || compacted.cursor > size) {
        compacted.cursor = size;
    }
    --compacted.cursor;
    const due_key key = compacted.heap.keys()[compacted.cursor];
    if (is_dead(compacted, sequence_of(key), slot_of(key))) {
        compacted.heap.remove_at(compacted.cursor);
        --compacted.dead;
        recycle(slot_of(key));
    }
}

// A removed output with nothing left releases its memory and its number. Returns whether that takes
// another call.
bool timed_queue::vacate(output_queue& removed) noexcept {
    if (removed.in_hand > 0) {
        return false; // is called again when the dispatcher has released them
    }
    for (lane& each : removed.lanes) {
        if (each.heap.release_slice() || each.detached.release_slice()) {
            return true;
        }
    }
    for (lane& each : removed.lanes) {
        each = lane{};
    }
    removed.state = output_state::vacant;
    return false;
}

// Something waits, but perhaps elsewhere than at the peak: checks the keys of one output.
bool timed_queue::release_keys() noexcept {
    release_at_ = (release_at_ + 1) % outputs_.size();
    for (lane& each : outputs_[release_at_]->lanes) {
        if (each.heap.release_slice() || each.detached.release_slice()) {
            return true;
        }
    }
    return false;
}

// Nothing is in use. One slice a call; returns whether there is more.
bool timed_queue::release_memory() noexcept {
    if (cells_.release_slice()) {
        return true;
    }
    for (const std::unique_ptr<output_queue>& output : outputs_) {
        for (lane& each : output->lanes) {
            if (each.heap.release_slice() || each.detached.release_slice()) {
                return true;
            }
        }
    }
    has_peaked_ = false;
    return false;
}

} // namespace tactus::flow
