// SPDX-License-Identifier: MIT
// A deadline for a wait on an event: sets the event at that moment, unless it was destroyed before.
// The waiting code then finds out which of the two it was, by has_expired() or by what it waits
// for. It lives in the waiting frame, so every exit disarms it.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <tactus/cpp/event.hpp>

#include <cstdint>
#include <limits>

namespace tactus::coro {

class event_deadline {
public:
    // As a due time: never.
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    // Both must outlive it. A moment that has passed expires in the next turn. Threads: loop.
    event_deadline(reactor& reactor, std::int64_t due_ns, tactus::event& to_set) noexcept
        : reactor_(reactor), event_(to_set) {
        timer_.owner = this;
        timer_.fire = [](timer& node) noexcept {
            static_cast<event_deadline*>(node.owner)->expire();
        };
        if (due_ns != never_ns) {
            reactor_.arm(timer_, due_ns);
        }
    }
    event_deadline(const event_deadline&) = delete;
    event_deadline& operator=(const event_deadline&) = delete;
    ~event_deadline() { reactor_.disarm(timer_); }

    [[nodiscard]] bool has_expired() const noexcept { return has_expired_; }

private:
    void expire() noexcept {
        has_expired_ = true;
        event_.set();
    }

    reactor& reactor_;
    tactus::event& event_;
    timer timer_;
    bool has_expired_ = false;
};

} // namespace tactus::coro
