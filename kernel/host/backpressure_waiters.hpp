// SPDX-License-Identifier: MIT
// The inputs that received TACTUS_E_AGAIN and wait for room, and the buffers of their own threads
// that do. Checked in each turn; therefore nothing polls. Threads: loop.
#pragma once

#include "kernel/flow/route/fan_out.hpp"
#include "kernel/net/operations.hpp"

#include <cstdint>
#include <vector>

namespace tactus::host {

class backpressure_waiters {
public:
    // Its op ends once there is room.
    void add(net::operation& waiting, const flow::room_question& wanted) {
        add(&waiting, wanted, [](void* who) noexcept {
            auto& ended = *static_cast<net::operation*>(who);
            ended.list->finish_later(ended, TACTUS_OK, 0);
        });
    }
    // go_on(who) is called once there is room; it must not add or remove any.
    void add(void* who, const flow::room_question& wanted, void (*go_on)(void* who) noexcept) {
        waiting_.push_back({who, go_on, wanted});
    }
    void remove(const void* who) noexcept {
        std::erase_if(waiting_, [&](const waiter& each) { return each.who == who; });
    }
    [[nodiscard]] bool is_empty() const noexcept { return waiting_.empty(); }

    // Ends the waits of the senders that now have room for the events that they keep.
    void look(const flow::fan_out& fan_out) noexcept {
        std::erase_if(waiting_, [&](const waiter& each) {
            const bool may_go_on = fan_out.has_room(each.wanted);
            if (may_go_on) {
                each.go_on(each.who);
            }
            return may_go_on;
        });
    }

private:
    struct waiter {
        void* who;
        void (*go_on)(void* who) noexcept;
        flow::room_question wanted;
    };
    std::vector<waiter> waiting_;
};

} // namespace tactus::host
