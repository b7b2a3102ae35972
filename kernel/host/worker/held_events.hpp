// SPDX-License-Identifier: MIT
// The events that a worker's thread has taken out of its ring and holds until they are due,
// earliest first, FIFO among equals. A bounded number, in memory that is reused. Threads: the
// worker's.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/output/sink.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::host {

struct held_event {
    tactus_event event{}; // its bytes are those below
    flow::receipt receipt{};
    std::vector<std::uint8_t> bytes; // keeps its memory when the slot is reused
};

class held_events {
public:
    // An event's position in time; valid until it is removed.
    struct entry {
        std::int64_t due_ns;
        std::uint64_t sequence;
        std::size_t place;
        // Later first, because the standard's heaps have the greatest on top.
        friend bool operator<(const entry& a, const entry& b) noexcept {
            return a.due_ns != b.due_ns ? a.due_ns > b.due_ns : a.sequence > b.sequence;
        }
    };

    explicit held_events(std::size_t capacity) : events_(capacity) {
        for (std::size_t i = 0; i < capacity; ++i) {
            free_.push_back(capacity - 1 - i);
        }
        order_.reserve(capacity);
    }

    [[nodiscard]] bool is_empty() const noexcept { return order_.empty(); }
    [[nodiscard]] bool is_full() const noexcept { return free_.empty(); }

    // Copies the event and its bytes. Bounds: not full; `sequence` grows from call to call.
    void add(const tactus_event& event, const flow::receipt& receipt, std::uint64_t sequence) {
        TACTUS_ASSERT(!is_full());
        const std::size_t place = free_.back();
        free_.pop_back();
        held_event& made = events_[place];
        made.bytes.assign(event.bytes, event.bytes + event.size);
        made.event = event;
        made.event.bytes = made.bytes.data();
        made.receipt = receipt;
        order_.push_back({event.due_ns, sequence, place});
        std::push_heap(order_.begin(), order_.end());
    }

    [[nodiscard]] const held_event& at(const entry& which) const noexcept {
        return events_[which.place];
    }
    // Bounds: not empty.
    [[nodiscard]] const entry& first() const noexcept { return order_.front(); }
    void pop_first() noexcept {
        free_.push_back(order_.front().place);
        std::pop_heap(order_.begin(), order_.end());
        order_.pop_back();
    }

    // The earliest for which is_wanted(tactus_event) returns true; nullptr if there is none.
    template <class Predicate>
    [[nodiscard]] const entry* first_of(Predicate&& is_wanted) const noexcept {
        const entry* found = nullptr;
        for (const entry& each : order_) {
            if (is_wanted(at(each).event) && (found == nullptr || *found < each)) {
                found = &each;
            }
        }
        return found;
    }
    // Removes all for which is_gone(held_event, sequence) returns true.
    template <class Predicate>
    void remove_if(Predicate&& is_gone) {
        std::erase_if(order_, [&](const entry& each) {
            const bool goes = is_gone(at(each), each.sequence);
            if (goes) {
                free_.push_back(each.place);
            }
            return goes;
        });
        std::make_heap(order_.begin(), order_.end());
    }

private:
    std::vector<held_event> events_; // by place
    std::vector<std::size_t> free_;  // places
    std::vector<entry> order_;       // a heap
};

} // namespace tactus::host
