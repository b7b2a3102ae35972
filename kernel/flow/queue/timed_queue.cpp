// SPDX-License-Identifier: MIT
// The timed queue: outputs, and taking out what is due. Admission is in timed_queue_admission.cpp,
// cancelling and sweeping in timed_queue_cancel.cpp.
#include "kernel/flow/queue/timed_queue.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tactus::flow {

namespace {

// Keys count from an hour before the start, so that late events still sort by their due time.
constexpr std::int64_t epoch_margin_ns = std::int64_t{3600} * 1'000'000'000;

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

} // namespace

result<timed_queue> timed_queue::make(const queue_limits& wanted, std::int64_t now_ns) {
    static_assert(2 * events_max + beyond_max <= slots_max);
    if (wanted.pending.events == 0 || wanted.pending.events > events_max) {
        return fail(error_kind::invalid, "a queue holds 1 to " + std::to_string(events_max) +
                                             " events, not " +
                                             std::to_string(wanted.pending.events));
    }
    const queue_limits limits{with_memory(wanted.pending), wanted.block_bytes};
    const std::size_t cells_max = keys_max(limits.pending);
    auto cells = cell_store::make(cells_max, limits.block_bytes, memory_max(limits.pending.bytes));
    if (!cells) {
        return fail(cells.error().kind, cells.error().text);
    }
    auto groups = cancel_groups::make(cells_max);
    if (!groups) {
        return fail(groups.error().kind, groups.error().text);
    }
    return timed_queue(limits, now_ns - epoch_margin_ns, std::move(*cells), std::move(*groups));
}

timed_queue::timed_queue(const queue_limits& limits, std::int64_t epoch_ns, cell_store cells,
                         cancel_groups groups)
    : limits_(limits), epoch_ns_(epoch_ns), cells_(std::move(cells)), groups_(std::move(groups)),
      room_(limits.pending) {
    make_places(1);
}

result<std::uint16_t> timed_queue::add_output(const output_limits& limits) {
    if (limits.pending.events == 0) {
        return fail(error_kind::invalid, "an output's queue holds at least 1 event");
    }
    auto added = std::make_unique<output_queue>();
    added->limits = limits;
    added->limits.pending = with_memory(smaller_of(limits.pending, limits_.pending));
    added->room = shared_room(added->limits.pending);
    added->ways.resize(inputs_.size());
    added->counted.capacity = added->limits.pending;
    added->state = output_state::active;
    for (lane& each : added->lanes) {
        auto heap = due_heap::make(keys_max(added->limits.pending));
        auto spare = due_heap::make(keys_max(added->limits.pending));
        if (!heap || !spare) {
            const error& why = heap ? spare.error() : heap.error();
            return fail(why.kind, why.text);
        }
        each.heap = std::move(*heap);
        each.detached = std::move(*spare);
    }
    const auto vacant = std::find_if(outputs_.begin(), outputs_.end(), [](const auto& output) {
        return output->state == output_state::vacant;
    });
    const auto index = static_cast<std::uint16_t>(vacant - outputs_.begin());
    if (vacant != outputs_.end()) {
        *vacant = std::move(added);
        return index;
    }
    if (outputs_.size() == outputs_max) {
        return fail(error_kind::limit,
                    "there are " + std::to_string(outputs_max) + " outputs, the most there can be");
    }
    outputs_.push_back(std::move(added));
    index_.grow(outputs_.size());
    return index;
}

timed_queue::output_queue& timed_queue::at(std::uint16_t output) noexcept {
    TACTUS_ASSERT(output < outputs_.size() && outputs_[output]->state != output_state::vacant);
    return *outputs_[output];
}

const timed_queue::output_queue& timed_queue::at(std::uint16_t output) const noexcept {
    TACTUS_ASSERT(output < outputs_.size() && outputs_[output]->state != output_state::vacant);
    return *outputs_[output];
}

// Unsigned, because the difference of two int64 may overflow int64.
std::uint64_t timed_queue::key_time(std::int64_t due_ns) const noexcept {
    if (due_ns <= epoch_ns_) {
        return 0;
    }
    return std::min(static_cast<std::uint64_t>(due_ns) - static_cast<std::uint64_t>(epoch_ns_),
                    due_max);
}

std::int64_t timed_queue::due_ns_of(due_key key) const noexcept {
    return epoch_ns_ + static_cast<std::int64_t>(due_of(key));
}

std::optional<std::int64_t> timed_queue::next_due() const noexcept {
    if (index_.is_empty()) {
        return std::nullopt;
    }
    return due_ns_of(index_.first_key());
}

std::optional<std::int64_t> timed_queue::next_due(std::uint16_t output) const noexcept {
    const lane* const head = earliest(at(output));
    if (head == nullptr) {
        return std::nullopt;
    }
    return leave_ns_of(at(output), head->heap.top());
}

std::optional<std::uint16_t> timed_queue::next_output_due(std::int64_t now_ns) const noexcept {
    if (index_.is_empty() || due_ns_of(index_.first_key()) > now_ns) {
        return std::nullopt;
    }
    return index_.first();
}

const timed_queue::lane* timed_queue::earliest(const output_queue& of) noexcept {
    const lane* head = nullptr;
    for (const lane& each : of.lanes) {
        // If nothing is pending, the whole heap is dead, and its top means nothing.
        if (each.pending.events > 0 && (head == nullptr || each.heap.top() < head->heap.top())) {
            head = &each;
        }
    }
    return head;
}

timed_queue::lane* timed_queue::earliest(output_queue& of) noexcept {
    return const_cast<lane*>(earliest(std::as_const(of)));
}

// Moves the output to where its head belongs. Call after anything that may have changed the head.
void timed_queue::refresh(std::uint16_t output) noexcept {
    const output_queue& of = *outputs_[output];
    const lane* const head = of.state == output_state::active ? earliest(of) : nullptr;
    if (head == nullptr) {
        index_.remove(output);
        return;
    }
    const due_key key = head->heap.top();
    index_.set(output,
               make_due_key(key_time(leave_ns_of(of, key)), sequence_of(key), slot_of(key)));
}

void timed_queue::set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept {
    TACTUS_ASSERT(ahead_ns >= 0);
    at(output).ahead_ns = ahead_ns;
    refresh(output);
}

// Keys count from the epoch, so only the epoch moves.
void timed_queue::pass_time(std::int64_t by_ns) noexcept {
    TACTUS_ASSERT(by_ns >= 0);
    epoch_ns_ -= by_ns;
    for (const std::unique_ptr<output_queue>& each : outputs_) {
        if (each->counted.furthest_due_ns) {
            *each->counted.furthest_due_ns -= by_ns;
        }
    }
}

std::size_t timed_queue::pop_due(std::uint16_t output, std::int64_t now_ns,
                                 std::span<due_entry> out) noexcept {
    output_queue& from = at(output);
    std::size_t count = 0;
    std::size_t skips_left = skips_max;
    while (count < out.size()) {
        lane* const head = earliest(from);
        if (head == nullptr || leave_ns_of(from, head->heap.top()) > now_ns) {
            break;
        }
        const due_key key = head->heap.pop();
        if (!head->heap.is_empty()) {
            cells_.prefetch(slot_of(head->heap.top()));
        }
        const std::uint32_t slot = slot_of(key);
        if (is_dead(*head, sequence_of(key), slot)) {
            --head->dead;
            recycle(slot);
            if (--skips_left == 0) {
                break;
            }
            continue;
        }
        const event_cell& taken = cells_[slot];
        const queue_amount cost = cost_of(taken);
        groups_.take(taken.group, cost.bytes);
        forget(from, static_cast<std::size_t>(head - from.lanes.data()), place_of(taken.input),
               cost);
        ++from.in_hand;
        out[count] = {due_ns_of(key), sequence_of(key), slot, output};
        ++count;
    }
    refresh(output);
    return count;
}

void timed_queue::release(const due_entry& entry) noexcept {
    output_queue& from = at(entry.output);
    const event_cell& cell = cells_[entry.slot];
    --from.in_hand;
    take_off(from, place_of(cell.input), cost_of(cell));
    recycle(entry.slot);
    if (from.state == output_state::removed) {
        has_swept_all_ = false; // this may be the last one it waited for
    }
}

bool timed_queue::requeue(const due_entry& entry) noexcept {
    output_queue& to = at(entry.output);
    const event_cell& cell = cells_[entry.slot];
    const std::uint8_t into = lane_of(cell.flags);
    if (is_dead(to.lanes[into], entry.sequence, entry.slot)) {
        ++to.counted.cancelled;
        release(entry);
        return false;
    }
    --to.in_hand;
    groups_.put_back(cell.group, cost_of(cell).bytes);
    insert(to, make_due_key(key_time(entry.due_ns), entry.sequence, entry.slot), into);
    return true;
}

void timed_queue::let_go(payload_block* block) noexcept {
    if (block != nullptr) {
        cells_.let_go(*block);
    }
}

void timed_queue::pause(std::uint16_t output) noexcept {
    output_queue& paused = at(output);
    if (paused.state == output_state::active) {
        paused.state = output_state::paused;
        refresh(output);
    }
}

void timed_queue::resume(std::uint16_t output) noexcept {
    output_queue& resumed = at(output);
    if (resumed.state == output_state::paused) {
        resumed.state = output_state::active;
        refresh(output);
    }
}

queue_amount timed_queue::pending() const noexcept {
    queue_amount sum;
    for (const std::unique_ptr<output_queue>& each : outputs_) {
        sum += pending_of(*each);
    }
    return sum;
}

queue_amount timed_queue::pending(std::uint16_t output) const noexcept {
    return pending_of(at(output));
}

output_counts timed_queue::counts(std::uint16_t output) const noexcept {
    output_counts counted = at(output).counted;
    counted.pending = pending(output);
    if (counted.pending.events == 0) {
        counted.furthest_due_ns.reset();
    }
    return counted;
}

} // namespace tactus::flow
