// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/admission.hpp"

#include <optional>

namespace tactus::flow {

// Not if all that may go would not suffice.
bool admission::may_evict() const noexcept {
    const when_full policy = to_.policy();
    if (policy == when_full::refuse ||
        (policy == when_full::drop_newest && source_.room == claim::none)) {
        return false;
    }
    const std::uint64_t own = rooms_.pending(to_.number(), source_.input, normal_lane).bytes;
    return own + rooms_.left(to_.number(), source_.input).bytes >= cost_.bytes;
}

bool admission::make_room() noexcept {
    if (!may_evict()) {
        return false;
    }
    queue_amount freed;
    while (evicted_ < looks_max) {
        const queue_amount gone = evict_one();
        if (gone.events == 0) {
            return false;
        }
        freed += gone;
        if (is_within(cost_, freed) || is_granted()) {
            find_group(); // it may have been freed
            return true;
        }
    }
    return false;
}

// A part of a SysEx stays: the rest would be another SysEx.
queue_amount admission::evict_one() noexcept {
    const std::optional<due_key> victim =
        to_.at(normal_lane).take_first(events_, looks_max, [this](const event_cell& cell) {
            return cell.input == source_.input && (cell.flags & event_cell::is_part) == 0 &&
                   (source_.group == 0 || group_ == cancel_groups::none || cell.group == group_);
        });
    if (!victim) {
        return {};
    }
    const std::uint32_t slot = slot_of(*victim);
    const queue_amount gone = events_.take_out(slot);
    rooms_.take_off(to_.number(), source_.input, gone);
    rooms_.remove_pending(to_.number(), source_.input, normal_lane, gone);
    to_.forget_evicted(normal_lane, gone);
    events_.recycle(slot);
    ++evicted_;
    return gone;
}

} // namespace tactus::flow
