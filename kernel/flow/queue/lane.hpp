// SPDX-License-Identifier: MIT
// One class of the pending events of an output, in order of due time and arrival: a heap of keys in
// which events can be cancelled all at once. An event is dead if its sequence is below the lane's
// mark or its cancel group is cancelled. Dead ones stay where they are until they reach the top, or
// until sweep() finds them: a completely dead heap is swapped for a spare one and emptied from its
// end; a heap of which more than a sixteenth is dead is compacted from its end to its top.
//
// The events themselves are in an event_store, which recycles the dead ones. Owned by output_queue.
// Single thread. Nothing allocates after make.
#pragma once

#include "kernel/flow/queue/due_heap.hpp"
#include "kernel/flow/queue/event_store.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

namespace tactus::flow {

class lane {
public:
    // Errors: limit.
    static result<lane> make(std::size_t keys_max);
    lane() = default; // takes no key

    // Whether nothing is pending.
    [[nodiscard]] bool is_empty() const noexcept { return pending_ == 0; }
    // The key that is first; its event may be dead, then the first that is pending comes later.
    // Bounds: not empty.
    [[nodiscard]] due_key top() const noexcept { return heap_.top(); }
    // Counts the cancellations of the whole lane: part of the name of its cancel groups, so that
    // those of dead events are not found again.
    [[nodiscard]] std::uint32_t epoch() const noexcept { return epoch_; }
    [[nodiscard]] bool is_dead(std::uint64_t sequence, std::uint32_t slot,
                               const event_store& events) const noexcept {
        return sequence < mark_ || events.is_cancelled(slot);
    }
    [[nodiscard]] bool has_dead() const noexcept {
        return heap_.size() > pending_ || !detached_.is_empty();
    }
    // Whether so much is dead that sweep() would do something.
    [[nodiscard]] bool needs_sweep() const noexcept {
        return !detached_.is_empty() || dead() * dead_share > heap_.size();
    }
    // Whether this many more keys find a place.
    [[nodiscard]] bool takes(std::size_t keys) const noexcept {
        return heap_.size() + keys <= heap_.limit();
    }

    // Bounds: takes(1), and the event is not dead.
    void push(due_key key) noexcept {
        heap_.push(key);
        ++pending_;
    }

    // Takes the first key out. Returns false if its event was dead; its cell is then recycled.
    // Bounds: not empty.
    [[nodiscard]] bool pop(event_store& events) noexcept {
        const std::uint64_t sequence = sequence_of(heap_.top());
        const std::uint32_t slot = slot_of(heap_.top());
        heap_.remove_at(0);
        if (!heap_.is_empty()) {
            events.prefetch(slot_of(heap_.top()));
        }
        if (is_dead(sequence, slot, events)) {
            events.recycle(slot);
            return false;
        }
        --pending_;
        detach_if_dead();
        return true;
    }

    // Takes out the first pending event for which is_meant(cell) is true; none if there is none
    // among the first keys, of which it checks at most so many. Dead events at the top are
    // recycled.
    template <class Choice>
    [[nodiscard]] std::optional<due_key> take_first(event_store& events, std::size_t looks_max,
                                                    const Choice& is_meant) noexcept {
        std::optional<std::size_t> first;
        std::size_t looks = 0;
        for (std::size_t i = 0; i < heap_.size() && looks < looks_max && first != 0U; ++looks) {
            const due_key key = heap_.keys()[i];
            const bool is_gone = is_dead(key, events);
            if (is_gone && i == 0) {
                drop_top(events);
                continue;
            }
            if (!is_gone && is_meant(events.cell(slot_of(key))) &&
                (!first || key < heap_.keys()[*first])) {
                first = i;
            }
            ++i;
        }
        return first ? std::optional(remove_pending(*first)) : std::nullopt;
    }

    // Takes out the last pending event before `cursor`, an index in the heap, for which
    // is_meant(key) is true; none if there is none, or after so many looks. `cursor` is then where
    // to go on, 0 at the end. A push between two calls may move one event past it.
    template <class Choice>
    [[nodiscard]] std::optional<due_key> take_before(std::size_t& cursor, std::size_t& looks,
                                                     const event_store& events,
                                                     const Choice& is_meant) noexcept {
        for (cursor = std::min(cursor, heap_.size()); cursor > 0 && looks > 0; --looks) {
            const due_key key = heap_.keys()[cursor - 1];
            if (!is_dead(key, events) && is_meant(key)) {
                return remove_pending(cursor - 1); // another is in its place now
            }
            --cursor;
        }
        return std::nullopt;
    }

    // Cancels everything; `next_sequence`: no event that comes later has a lower one.
    void cancel(std::uint64_t next_sequence) noexcept;
    // So many pending events are dead, because their group was cancelled.
    void forget_cancelled(std::uint64_t count, event_store& events) noexcept;

    // Recycles dead events. Returns how many keys it checked; fewer than `most` if there is nothing
    // more to do here.
    std::size_t sweep(event_store& events, std::size_t most) noexcept;

    // As due_heap.
    bool release_slice() noexcept { return heap_.release_slice() || detached_.release_slice(); }

private:
    static constexpr std::size_t dead_share = 16; // one in this many of a heap may be dead for long

    [[nodiscard]] bool is_dead(due_key key, const event_store& events) const noexcept {
        return is_dead(sequence_of(key), slot_of(key), events);
    }
    [[nodiscard]] std::size_t dead() const noexcept { return heap_.size() - pending_; }
    due_key remove_pending(std::size_t index) noexcept;
    void detach_if_dead() noexcept {
        if (pending_ == 0 && !heap_.is_empty() && detached_.is_empty()) {
            heap_.swap(detached_);
        } // else dead ones are skipped at the top and compacted, until the other is empty
    }
    void drop_top(event_store& events) noexcept;
    void compact_step(event_store& events) noexcept;

    due_heap heap_;
    due_heap detached_;       // all dead; a spare while it is empty
    std::size_t pending_ = 0; // in heap_, not dead
    std::size_t cursor_ = 0;  // compaction runs from here to 0
    std::uint64_t mark_ = 0;  // sequences below it are cancelled
    std::uint32_t epoch_ = 0; // number of those cancellations
};

} // namespace tactus::flow
