// SPDX-License-Identifier: MIT
// Whether and when the events of one output may leave: how long ahead of their due times, and not
// while the output is paused, removed, or frozen before that. It knows no event.
//
//   active <-> paused      a pause lets nothing leave
//   active, paused -> removed      for ever
//   frozen                 beside these: what leaves after a certain key time stays, until thaw();
//                          what is due before leaves, and resume() does not end it
//
// Units: key times count from the queue's epoch (key_epoch.hpp). Owned by output_queue. Single
// thread.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/queue/due_heap.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tactus::flow {

class departure_gate {
public:
    void pause() noexcept { change(state::active, state::paused); }
    void resume() noexcept { change(state::paused, state::active); }
    void remove() noexcept { state_ = state::removed; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == state::active; }
    [[nodiscard]] bool is_removed() const noexcept { return state_ == state::removed; }

    // The key time of the last event that may leave.
    void freeze(std::uint64_t last) noexcept { last_ = last; }
    void thaw() noexcept { last_ = due_max; }
    [[nodiscard]] std::uint64_t frozen_after() const noexcept { return last_; }

    // How long before its due time an event leaves, ns. Bounds: not negative.
    void set_ahead(std::int64_t ahead_ns) noexcept {
        TACTUS_ASSERT(ahead_ns >= 0);
        ahead_ns_ = ahead_ns;
    }
    [[nodiscard]] std::int64_t ahead_ns() const noexcept { return ahead_ns_; }

    // The key, as early as its event leaves; none if it is frozen. Bounds: is_open().
    [[nodiscard]] std::optional<due_key> leaving(due_key key) const noexcept {
        const std::uint64_t leaves =
            due_of(key) - std::min(due_of(key), static_cast<std::uint64_t>(ahead_ns_));
        if (leaves > last_) {
            return std::nullopt;
        }
        return make_due_key(leaves, sequence_of(key), slot_of(key));
    }

private:
    enum class state : std::uint8_t { active, paused, removed };

    void change(state from, state to) noexcept { state_ = state_ == from ? to : state_; }

    std::int64_t ahead_ns_ = 0;
    std::uint64_t last_ = due_max; // due_max: all may leave
    state state_ = state::active;
};

} // namespace tactus::flow
