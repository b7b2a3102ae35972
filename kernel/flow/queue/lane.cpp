// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/lane.hpp"

#include <utility>

namespace tactus::flow {

namespace {
constexpr std::size_t trim_max = 32; // dead heads that a cancellation removes itself
} // namespace

result<lane> lane::make(std::size_t keys_max) {
    auto heap = due_heap::make(keys_max);
    auto spare = due_heap::make(keys_max);
    if (!heap || !spare) {
        const error& why = heap ? spare.error() : heap.error();
        return fail(why.kind, why.text);
    }
    lane made;
    made.heap_ = std::move(*heap);
    made.detached_ = std::move(*spare);
    return made;
}

due_key lane::remove_pending(std::size_t index) noexcept {
    const due_key key = heap_.keys()[index];
    heap_.remove_at(index);
    --pending_;
    detach_if_dead();
    return key;
}

void lane::cancel(std::uint64_t next_sequence) noexcept {
    mark_ = next_sequence;
    ++epoch_; // the groups of what is now dead can no longer be found
    pending_ = 0;
    detach_if_dead();
}

void lane::forget_cancelled(std::uint64_t count, event_store& events) noexcept {
    pending_ -= count;
    detach_if_dead();
    for (std::size_t trimmed = 0; trimmed < trim_max && pending_ > 0; ++trimmed) {
        if (!is_dead(heap_.top(), events)) {
            return;
        }
        drop_top(events);
    }
}

void lane::drop_top(event_store& events) noexcept {
    events.recycle(slot_of(heap_.pop()));
}

std::size_t lane::sweep(event_store& events, std::size_t most) noexcept {
    std::size_t looks = 0;
    for (; looks < most; ++looks) {
        detach_if_dead();
        if (!detached_.is_empty()) {
            events.recycle(slot_of(detached_.keys().back()));
            detached_.remove_last();
        } else if (needs_sweep()) {
            compact_step(events);
        } else {
            break;
        }
    }
    return looks;
}

// Checks one key. Pushes and pops may move a dead key past the cursor; it then starts over.
void lane::compact_step(event_store& events) noexcept {
    const std::size_t size = heap_.size();
    if (cursor_ == 0 || cursor_ > size) {
        cursor_ = size;
    }
    --cursor_;
    const due_key key = heap_.keys()[cursor_];
    if (is_dead(key, events)) {
        heap_.remove_at(cursor_);
        events.recycle(slot_of(key));
    }
}

} // namespace tactus::flow
