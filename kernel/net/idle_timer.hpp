// SPDX-License-Identifier: MIT
// Expires when no byte has moved over a connection for too long. Bytes that move cost one read of
// the clock; the timer is armed again only when it fires. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <cstdint>

namespace tactus::net {

class idle_timer {
public:
    // `limit_ns` 0: never expires. expired(owner) is called at most once after each start. The
    // reactor must outlive it.
    idle_timer(coro::reactor& reactor, std::int64_t limit_ns, void (*expired)(void*) noexcept,
               void* owner) noexcept
        : reactor_(reactor), limit_ns_(limit_ns), expired_(expired), owner_(owner) {
        timer_.owner = this;
        timer_.fire = [](coro::timer& node) noexcept {
            static_cast<idle_timer*>(node.owner)->look();
        };
    }
    idle_timer(const idle_timer&) = delete;
    idle_timer& operator=(const idle_timer&) = delete;
    ~idle_timer() { stop(); }

    void start() noexcept {
        if (limit_ns_ != 0) {
            moved();
            reactor_.arm(timer_, moved_ns_ + limit_ns_);
        }
    }
    void stop() noexcept { reactor_.disarm(timer_); }
    // A byte was read or written.
    void moved() noexcept {
        if (limit_ns_ != 0) {
            moved_ns_ = reactor_.clock().now_ns();
        }
    }

private:
    void look() noexcept {
        const std::int64_t due_ns = moved_ns_ + limit_ns_;
        if (reactor_.clock().now_ns() < due_ns) {
            reactor_.arm(timer_, due_ns);
        } else {
            expired_(owner_);
        }
    }

    coro::reactor& reactor_;
    const std::int64_t limit_ns_;
    void (*const expired_)(void*) noexcept;
    void* const owner_;
    coro::timer timer_;
    std::int64_t moved_ns_ = 0;
};

} // namespace tactus::net
