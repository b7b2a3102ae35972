// SPDX-License-Identifier: MIT
// The pending events of one output, in three lanes, and what is counted of them. An event is
// pending from insert() until it is taken out of its lane or cancelled; meanwhile it is in one
// lane's heap and in `pending`. An event that the dispatcher took out is in its hands until it is
// released or inserted again. Its gate decides whether they leave; a removed one is empty but for
// what is in the dispatcher's hands and what was cancelled and not swept.
//
// Owned by output_queues. Single thread.
#pragma once

#include "kernel/flow/output_policy.hpp"
#include "kernel/flow/queue/departure_gate.hpp"
#include "kernel/flow/queue/lane.hpp"
#include "kernel/flow/queue/lane_number.hpp"
#include "kernel/flow/queue/queue_amount.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace tactus::flow {

struct output_limits {
    queue_amount pending{65'536, std::uint64_t{64} << 20}; // never above the queue's own
    when_full policy = when_full::drop_newest;
};

struct output_counts {
    queue_amount pending;
    queue_amount capacity;
    std::uint64_t high_watermark = 0;            // events, since the output was added
    std::uint64_t evicted = 0;                   // events that made room for others, since then
    std::uint64_t cancelled = 0;                 // events, since then
    std::optional<std::int64_t> furthest_due_ns; // of all since it was last empty: an upper bound
};

class output_queue {
public:
    // keys_max: of each lane. Errors: limit. Allocates.
    static result<output_queue> make(std::uint16_t number, const output_limits& limits,
                                     std::size_t keys_max);

    [[nodiscard]] std::uint16_t number() const noexcept { return number_; }
    [[nodiscard]] when_full policy() const noexcept { return policy_; }

    // To remove it, call remove() here.
    [[nodiscard]] departure_gate& gate() noexcept { return gate_; }
    [[nodiscard]] const departure_gate& gate() const noexcept { return gate_; }
    // Cancel everything first.
    void remove() noexcept;
    // Removed, and nothing can come back.
    [[nodiscard]] bool is_gone() const noexcept { return gate_.is_removed() && in_hand_ == 0; }

    // New limits; what waits beyond them stays.
    void limit(const output_limits& limits) noexcept {
        capacity_ = limits.pending;
        policy_ = limits.policy;
    }

    [[nodiscard]] lane& at(std::uint8_t which) noexcept { return lanes_[which]; }
    [[nodiscard]] const lane& at(std::uint8_t which) const noexcept { return lanes_[which]; }
    // The lane whose first key is first of all; lanes_count if nothing is pending.
    [[nodiscard]] std::uint8_t earliest() const noexcept {
        std::uint8_t first = lanes_count;
        for (std::uint8_t i = 0; i < lanes_count; ++i) {
            if (!lanes_[i].is_empty() &&
                (first == lanes_count || lanes_[i].top() < lanes_[first].top())) {
                first = i;
            }
        }
        return first;
    }
    // That key, as early as its event leaves; none also if the gate does not let it leave.
    [[nodiscard]] std::optional<due_key> next_key() const noexcept;

    // Whether another event finds a place in that lane, and all that is in hand could come back.
    [[nodiscard]] bool takes_another(std::uint8_t which) const noexcept {
        return lanes_[which].takes(in_hand_ + 1);
    }
    // Bounds: takes_another(which).
    void insert(std::uint8_t which, due_key key, const queue_amount& cost) noexcept {
        furthest_ = pending_.events == 0 ? key : std::max(furthest_, key);
        lanes_[which].push(key);
        pending_ += cost;
        high_watermark_ = std::max(high_watermark_, pending_.events);
    }
    // These are not pending in that lane any more; the lane itself knows.
    void forget(std::uint8_t which, const queue_amount& gone) noexcept {
        pending_ -= gone;
        is_unswept_ = is_unswept_ || lanes_[which].needs_sweep();
    }
    void forget_evicted(std::uint8_t which, const queue_amount& gone) noexcept {
        forget(which, gone);
        ++evicted_;
    }
    void forget_cancelled(std::uint8_t which, const queue_amount& gone) noexcept {
        forget(which, gone);
        cancelled_ += gone.events;
    }

    // The dispatcher has one more, or one less.
    void hand_out() noexcept { ++in_hand_; }
    void take_back() noexcept {
        --in_hand_;
        is_unswept_ = is_unswept_ || is_gone();
    }
    // One in its hands was cancelled.
    void count_cancelled() noexcept { ++cancelled_; }

    // Whether sweep() would do something.
    [[nodiscard]] bool is_unswept() const noexcept { return is_unswept_; }
    // As in lane.
    std::size_t sweep(event_store& events, std::size_t most) noexcept;
    // As in due_heap.
    bool release_slice() noexcept;

    [[nodiscard]] const queue_amount& pending() const noexcept { return pending_; }
    // The latest key since nothing was pending. Bounds: something is.
    [[nodiscard]] due_key furthest() const noexcept { return furthest_; }
    // All but furthest_due_ns.
    [[nodiscard]] output_counts counts() const noexcept {
        return {pending_, capacity_, high_watermark_, evicted_, cancelled_, std::nullopt};
    }

private:
    output_queue(std::uint16_t number, const output_limits& limits,
                 std::array<lane, lanes_count> lanes) noexcept;

    std::array<lane, lanes_count> lanes_;
    queue_amount pending_; // in all lanes
    due_key furthest_ = 0;
    std::uint64_t in_hand_ = 0; // events that the dispatcher holds
    departure_gate gate_;
    std::uint64_t high_watermark_ = 0;
    std::uint64_t evicted_ = 0;
    std::uint64_t cancelled_ = 0;
    queue_amount capacity_;
    std::uint16_t number_;
    when_full policy_;
    bool is_unswept_ = false;
};

} // namespace tactus::flow
