// SPDX-License-Identifier: MIT
// The events that an output's worker has accepted and not finished: their details are needed when
// the worker reports the outcome. No allocation once it has been as full as it gets. Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/output/notes/port_notes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::flow {

// One message that begins or ends something at a port.
struct note_change {
    port_notes::handle at; // serial 0: the event begins and ends nothing
    // As MIDI; for an output with `restore` also of events that begin and end nothing.
    sounding::message_bytes message{};
    std::uint32_t sender = 0; // of a beginning; see note_holders

    [[nodiscard]] bool is_none() const noexcept { return at.serial == 0; }
};

class in_flight {
public:
    struct event {
        note_change change;
        std::uint32_t port = 0;
        std::uint32_t tag = 0; // with its input: for outcome_observer
        std::uint16_t input = 0;
        std::uint16_t route = 0;
        std::int64_t came_ns = 0; // with its route: for deadline_misses
        std::int64_t due_ns = 0;
        std::int64_t effect_ns = 0; // when it takes effect, once it is sent; 0: at once
        std::int64_t ends_ns = 0;   // see note_ends
        std::uint64_t part = 0;     // for a part of a SysEx, its sequence in the queue; otherwise 0
    };

    // Returns the number by which it is found again.
    [[nodiscard]] std::uint32_t add(const event& one) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(events_.size()));
            events_.emplace_back();
            is_used_.push_back(false);
            free_.reserve(events_.capacity()); // for remove(), which must not allocate
        }
        const std::uint32_t number = free_.back();
        free_.pop_back();
        events_[number] = one;
        is_used_[number] = true;
        ++count_;
        return number;
    }
    // Bounds: from add(), and not removed.
    [[nodiscard]] const event& operator[](std::uint32_t number) const noexcept {
        TACTUS_ASSERT(number < events_.size() && is_used_[number]);
        return events_[number];
    }
    void remove(std::uint32_t number) noexcept {
        TACTUS_ASSERT(number < events_.size() && is_used_[number]);
        is_used_[number] = false;
        free_.push_back(number);
        --count_;
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    // Calls visit(change) for each, which may change it.
    template <class Visitor>
    void for_each_change(Visitor&& visit) {
        for (std::uint32_t i = 0; i < events_.size(); ++i) {
            if (is_used_[i]) {
                visit(events_[i].change);
            }
        }
    }
    // Calls visit(number, event) for each.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (std::uint32_t i = 0; i < events_.size(); ++i) {
            if (is_used_[i]) {
                visit(i, events_[i]);
            }
        }
    }

private:
    std::vector<event> events_;
    std::vector<bool> is_used_;
    std::vector<std::uint32_t> free_;
    std::size_t count_ = 0;
};

} // namespace tactus::flow
