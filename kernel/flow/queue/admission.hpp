// SPDX-License-Identifier: MIT
// Whether one event is let in at one output, and what is evicted for it. Lives for one push. It
// looks at most at looks_max events to make room. Single thread; nothing allocates.
#pragma once

#include "kernel/flow/queue/event_store.hpp"
#include "kernel/flow/queue/output_queue.hpp"
#include "kernel/flow/queue/room_accounts.hpp"

#include <cstdint>

namespace tactus::flow {

class admission {
public:
    static constexpr std::size_t looks_max = 64; // events evicted, and checked for each

    // All must outlive it. Bounds: the rooms know the input.
    admission(const event_source& source, output_queue& to, event_store& events,
              room_accounts& rooms) noexcept
        : source_(source), to_(to), events_(events), rooms_(rooms) {
        find_group();
    }

    // Whether the event is let in as things stand.
    [[nodiscard]] bool is_granted() const noexcept {
        const claim by = source_.room;
        if (by == claim::all) {
            return true;
        }
        return rooms_.fits(to_.number(), source_.input, cost_, by) &&
               (source_.group == 0 || group_ == cancel_groups::none || by != claim::none ||
                room_accounts::leaves_others_room(events_.pending_in(group_), cost_,
                                                  rooms_.left(to_.number(), source_.input)));
    }

    // Evicts normal events of the same input and group at this output, those due next first, until
    // the new one is let in or takes no more room than they did. Returns whether that is so; some
    // may have been evicted to no avail.
    [[nodiscard]] bool make_room() noexcept;
    [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

    [[nodiscard]] const queue_amount& cost() const noexcept { return cost_; }
    // Of its cancel group; tag 0: none.
    [[nodiscard]] const group_name& name() const noexcept { return name_; }
    // That group, if it exists.
    [[nodiscard]] std::uint32_t group() const noexcept { return group_; }

private:
    void find_group() noexcept {
        const std::uint8_t into = lane_of(source_.flags);
        name_ = {source_.group != 0 ? source_.group : source_.tag, to_.at(into).epoch(),
                 to_.number(), into};
        group_ = name_.tag != 0 ? events_.find_group(name_) : cancel_groups::none;
        cost_ = event_store::cost_of(source_.bytes.size(),
                                     name_.tag != 0 && group_ == cancel_groups::none,
                                     source_.ticket != 0);
    }
    [[nodiscard]] bool may_evict() const noexcept;
    queue_amount evict_one() noexcept; // the amount it had; none if there is none to evict

    const event_source& source_;
    output_queue& to_;
    event_store& events_;
    room_accounts& rooms_;
    group_name name_;
    std::uint32_t group_;
    queue_amount cost_;
    std::uint64_t evicted_ = 0;
};

} // namespace tactus::flow
