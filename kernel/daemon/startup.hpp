// SPDX-License-Identifier: MIT
// How the daemon starts: the outputs, then the inputs when the outputs are up, or after a short
// while in any case. Therefore nothing is lost at the start. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/supervisor_group.hpp"

#include <cstdint>
#include <functional>
#include <utility>

namespace tactus::daemon {

class startup {
public:
    // How long inputs wait for the outputs to come up.
    static constexpr std::int64_t outputs_first_ns = 250'000'000;
    static constexpr std::int64_t check_ns = 2'000'000;

    // All must outlive it.
    startup(coro::reactor& reactor, supervisor_group& outputs, supervisor_group& inputs)
        : reactor_(reactor), outputs_(outputs), inputs_(inputs) {
        timer_.owner = this;
        timer_.fire = [](coro::timer& node) noexcept {
            static_cast<startup*>(node.owner)->await_outputs();
        };
    }
    startup(const startup&) = delete;
    startup& operator=(const startup&) = delete;
    ~startup() { cancel(); }

    // Calls `then` when all were started, possibly at once.
    void begin(std::function<void()> then) {
        started_ = std::move(then);
        outputs_.start();
        deadline_ns_ = reactor_.clock().now_ns() + outputs_first_ns;
        await_outputs();
    }
    // Before that: the inputs are not started any more.
    void cancel() noexcept { reactor_.disarm(timer_); }

private:
    void await_outputs() {
        const std::int64_t now_ns = reactor_.clock().now_ns();
        if (!outputs_.are_up() && now_ns < deadline_ns_) {
            reactor_.arm(timer_, now_ns + check_ns);
            return;
        }
        inputs_.start();
        started_();
    }

    coro::reactor& reactor_;
    supervisor_group& outputs_;
    supervisor_group& inputs_;
    coro::timer timer_;
    std::int64_t deadline_ns_ = 0;
    std::function<void()> started_;
};

} // namespace tactus::daemon
