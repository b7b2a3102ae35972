// SPDX-License-Identifier: MIT
// Checks whether workers hang, as long as any of them has deliveries to finish: an idle daemon is
// not woken for it. due_turn arms its timer when a worker gets something to do. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/due_turn.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <cstdint>

namespace tactus::daemon {

class worker_stall_timer {
public:
    // All must outlive it.
    worker_stall_timer(coro::reactor& reactor, flow::dispatcher& dispatcher,
                       supervisor_group& outputs)
        : reactor_(reactor), dispatcher_(dispatcher), outputs_(outputs) {
        timer_.owner = this;
        timer_.fire = [](coro::timer& node) noexcept {
            static_cast<worker_stall_timer*>(node.owner)->check();
        };
    }
    worker_stall_timer(const worker_stall_timer&) = delete;
    worker_stall_timer& operator=(const worker_stall_timer&) = delete;
    ~worker_stall_timer() { end(); }

    [[nodiscard]] coro::timer& timer() noexcept { return timer_; }
    void end() noexcept { reactor_.disarm(timer_); }

private:
    // If this check runs late, the process was stopped or the machine was busy: then no plugin
    // thread ran either, and its call gets the whole limit from now.
    void check() {
        const std::int64_t now_ns = reactor_.clock().now_ns();
        if (now_ns - timer_.due_ns > due_turn::stall_check_ns) {
            ran_since_ns_ = now_ns;
        }
        outputs_.look_for_stalls(now_ns, ran_since_ns_);
        if (dispatcher_.account().in_flight() > 0) {
            reactor_.arm(timer_, now_ns + due_turn::stall_check_ns);
        }
    }

    coro::reactor& reactor_;
    flow::dispatcher& dispatcher_;
    supervisor_group& outputs_;
    coro::timer timer_;
    std::int64_t ran_since_ns_ = 0; // without having been held up
};

} // namespace tactus::daemon
