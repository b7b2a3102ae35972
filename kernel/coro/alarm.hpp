// SPDX-License-Identifier: MIT
// A deadline for a wait on an event: sets the event when the moment has come, unless it is gone by
// then. Whoever waits asks rang() afterwards, since what it waited for may have come first.
// It lives in the waiting frame, so it is disarmed in every way out.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <tactus/cpp/event.hpp>

#include <cstdint>
#include <limits>

namespace tactus::coro {

class alarm {
public:
    // As a due time: not at all.
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    // Both must outlive it. A moment that has passed rings in the next turn. Threads: loop.
    alarm(reactor& reactor, std::int64_t due_ns, tactus::event& rings) noexcept
        : reactor_(reactor), event_(rings) {
        timer_.owner = this;
        timer_.fire = [](timer& node) noexcept { static_cast<alarm*>(node.owner)->ring(); };
        if (due_ns != never_ns) {
            reactor_.arm(timer_, due_ns);
        }
    }
    alarm(const alarm&) = delete;
    alarm& operator=(const alarm&) = delete;
    ~alarm() { reactor_.disarm(timer_); }

    [[nodiscard]] bool rang() const noexcept { return rang_; }

private:
    void ring() noexcept {
        rang_ = true;
        event_.set();
    }

    reactor& reactor_;
    tactus::event& event_;
    timer timer_;
    bool rang_ = false;
};

} // namespace tactus::coro
