// SPDX-License-Identifier: MIT
// Restarts single inputs and outputs while the daemon runs. An output loses nothing by it:
//
//   its notes are ended -> it is held -> what it was given is sent -> its instance stops, another
//   starts -> its port is up, or hold_max_ns is over: it is released
//
// Its waiting events stay in the queue, and are sent when it is up. Not the supervisor, which knows
// nothing of queues and notes. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <cstdint>
#include <vector>

namespace tactus::daemon {

class instance_restart {
public:
    // How long an instance may take to send the events that it was given.
    static constexpr std::int64_t drain_max_ns = 250'000'000;
    // How long an output is held until it is up again. Afterwards it is down like any other.
    static constexpr std::int64_t hold_max_ns = 3'000'000'000;
    static constexpr std::int64_t look_ns = 1'000'000;

    // All must outlive it.
    struct parts {
        coro::reactor& reactor;
        flow::dispatcher& dispatcher;
        supervisor_group& inputs;
        supervisor_group& outputs;
    };
    explicit instance_restart(const parts& of);
    instance_restart(const instance_restart&) = delete;
    instance_restart& operator=(const instance_restart&) = delete;
    ~instance_restart() { of_.reactor.disarm(timer_); }

    // Return false if it is not to run (supervisor::restart). Bounds: of the settings.
    bool restart_input(std::uint16_t input);
    bool restart_output(std::uint16_t output);
    // That output is about to be removed.
    void forget(std::uint16_t output) noexcept {
        std::erase_if(held_, [=](const held_output& each) { return each.output == output; });
    }
    // The daemon stops: no output is held any more.
    void cancel() noexcept;

private:
    struct held_output {
        std::uint16_t output;
        std::int64_t sent_ns;  // before that, it may hold events ahead of their time
        std::int64_t until_ns; // when its instance is stopped in any case; then: is released
        bool is_stopping = false;
    };

    void look();
    // Returns true once the output is held no more.
    bool step(held_output& one);
    [[nodiscard]] std::int64_t now_ns() const noexcept { return of_.reactor.clock().now_ns(); }

    parts of_;
    std::vector<held_output> held_;
    coro::timer timer_;
};

} // namespace tactus::daemon
