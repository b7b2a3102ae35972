// SPDX-License-Identifier: MIT
// Outputs that no route names, but at which notes sound: a device was away when its route was
// removed, or an earlier run left them. They stay open until these notes are ended: the daemon
// reaches the device when it is back, and a panic reaches it too. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tactus::daemon {

class unrouted_outputs {
public:
    static constexpr std::int64_t look_ns = 100'000'000;

    // All must outlive it.
    unrouted_outputs(coro::reactor& reactor, flow::dispatcher& dispatcher,
                     supervisor_group& outputs) noexcept
        : reactor_(reactor), dispatcher_(dispatcher), outputs_(outputs) {
        timer_.owner = this;
        timer_.fire = [](coro::timer& node) noexcept {
            static_cast<unrouted_outputs*>(node.owner)->look();
        };
    }
    unrouted_outputs(const unrouted_outputs&) = delete;
    unrouted_outputs& operator=(const unrouted_outputs&) = delete;
    ~unrouted_outputs() { reactor_.disarm(timer_); }

    // Opens the idle ones that have something to end.
    void open() {
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            const auto number = static_cast<std::uint16_t>(i);
            if (outputs_.is_there(i) && !outputs_.at(i).what().is_needed &&
                outputs_.at(i).current() == host::state::idle && sounds(number)) {
                outputs_.at(i).start_to_end_notes();
                open_.push_back(number);
            }
        }
        look();
    }

private:
    void look() {
        std::erase_if(open_, [this](std::uint16_t number) { return is_done(number); });
        if (!open_.empty()) {
            reactor_.arm(timer_, reactor_.clock().now_ns() + look_ns);
        }
    }
    // A reload or the end of the daemon may have stopped it meanwhile, and a route may need it.
    bool is_done(std::uint16_t number) {
        if (!outputs_.is_there(number)) {
            return true;
        }
        host::supervisor& one = outputs_.at(number);
        const bool is_open =
            one.current() == host::state::running || one.current() == host::state::degraded;
        if (one.what().is_needed || !is_open) {
            return true;
        }
        if (sounds(number)) { // whatever silence_on says of a device that is back
            dispatcher_.silencer().silence(number, flow::silence_cause::reload);
            return false;
        }
        dispatcher_.note_recovery().settle(number);
        one.stop([] {});
        return true;
    }
    [[nodiscard]] bool sounds(std::uint16_t number) {
        return dispatcher_.sounding_count().at(number) +
                       dispatcher_.sounding_count().out_of_reach(number) >
                   0 ||
               dispatcher_.account().in_flight(number) > 0;
    }

    coro::reactor& reactor_;
    flow::dispatcher& dispatcher_;
    supervisor_group& outputs_;
    coro::timer timer_;
    std::vector<std::uint16_t> open_;
};

} // namespace tactus::daemon
