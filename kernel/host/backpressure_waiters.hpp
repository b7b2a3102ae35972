// SPDX-License-Identifier: MIT
// The inputs that received TACTUS_E_AGAIN and wait for room. Checked in each turn, so nothing
// polls. Threads: loop.
#pragma once

#include "kernel/flow/route/fan_out.hpp"
#include "kernel/net/operations.hpp"

#include <cstdint>
#include <vector>

namespace tactus::host {

class backpressure_waiters {
public:
    void add(net::operation& waiting, const flow::room_question& wanted) {
        waiting_.push_back({&waiting, wanted});
    }
    void remove(net::operation& waiting) noexcept {
        std::erase_if(waiting_, [&](const waiter& each) { return each.waiting == &waiting; });
    }
    [[nodiscard]] bool is_empty() const noexcept { return waiting_.empty(); }

    // Finishes the waits of inputs that now have room for the events they were to keep.
    void look(const flow::fan_out& fan_out) noexcept {
        std::erase_if(waiting_, [&](const waiter& each) {
            const bool may_go_on = fan_out.has_room(each.wanted);
            if (may_go_on) {
                each.waiting->list->finish_later(*each.waiting, TACTUS_OK, 0);
            }
            return may_go_on;
        });
    }

private:
    struct waiter {
        net::operation* waiting;
        flow::room_question wanted;
    };
    std::vector<waiter> waiting_;
};

} // namespace tactus::host
