// SPDX-License-Identifier: MIT
// How a reload takes inputs and outputs from the old configuration to the new one, while everything
// else goes on:
//   1. stop_inputs: those that are removed or restarted stop, and their last events are still
//      routed (then the caller replaces the routes)
//   2. begin: outputs that are restarted are frozen, which keeps the events that wait for them;
//      events that wait for removed ones are dropped; the notes that sound at both are ended, then
//      they stop
//   3. the removed ones are forgotten; outputs begin. Each is thawed when it is up, or after a
//      short while in any case
//   4. inputs begin
// An instance that does not begin is down and tried again by its supervisor. It takes less than two
// seconds, even if a plugin hangs: a supervisor cuts off an instance that does not stop. Threads:
// loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/instance_set.hpp"
#include "kernel/daemon/shutdown_silence.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tactus::daemon {

class reload_steps {
public:
    static constexpr std::int64_t check_ns = 1'000'000;
    // How long what waits for an output may stay after it began.
    static constexpr std::int64_t up_limit_ns = 250'000'000;

    // All must outlive it.
    struct parts {
        coro::reactor& reactor;
        flow::dispatcher& dispatcher;
        instance_set& instances;
        base::log& log;
        // It has stopped and is about to be forgotten.
        std::function<void(host::role, std::uint16_t number)> removing;
        // That output has stopped, and is about to be forgotten or to begin anew.
        std::function<void(std::uint16_t number, const std::string& name)> output_stopped = {};
    };
    struct plan {
        std::vector<std::uint16_t> removed_inputs; // their numbers
        std::vector<std::uint16_t> removed_outputs;
        std::vector<host::supervisor_settings> restarted_inputs;
        std::vector<host::supervisor_settings> restarted_outputs;
        std::vector<host::supervisor_settings> opened_inputs;
        std::vector<host::supervisor_settings> opened_outputs;
    };
    explicit reload_steps(const parts& of);
    reload_steps(const reload_steps&) = delete;
    reload_steps& operator=(const reload_steps&) = delete;
    ~reload_steps() { cancel(); }

    // Calls `then` when they have stopped, possibly at once. Bounds: it does not run.
    void stop_inputs(const plan& what, std::function<void()> then);
    // Outputs of a type of which none has to stop: they conflict with none, and therefore begin
    // before the routes lead to them. The rest follows in begin().
    void open_early(const plan& what);
    // Calls `then` when all is done, possibly at once. Bounds: the inputs have stopped; the
    // settings that the supervisors had before live until then.
    void begin(plan what, std::function<void()> then);
    // The daemon stops: nothing more begins, and nothing stays back. `then` is not called.
    void cancel() noexcept;

private:
    void input_stopped();
    void look();
    void stop_outputs();
    void tell_stopped(std::uint16_t output);
    void await_stopped();
    void start_outputs();
    void await_outputs();
    void start_inputs();
    void open(std::uint16_t output);
    void start(std::uint16_t output);
    void thaw_opened();
    [[nodiscard]] bool is_in_the_way(const plan& what, const host::supervisor_settings& of) const;
    void arm(void (*fire)(coro::timer&) noexcept);
    [[nodiscard]] std::int64_t now_ns() const noexcept { return of_.reactor.clock().now_ns(); }

    parts of_;
    plan plan_;
    std::function<void()> then_; // nullptr: it does not run
    shutdown_silence removed_;
    shutdown_silence restarted_;
    coro::timer timer_;
    std::size_t inputs_running_ = 0;
    std::size_t outputs_running_ = 0;
    struct opened_output {
        std::uint16_t number;
        std::int64_t until_ns; // it is thawed then, up or not
    };
    std::vector<std::uint16_t> early_;    // outputs that began before the routes led to them
    std::vector<opened_output> opened_;   // frozen until they are up
    std::vector<std::uint16_t> stopping_; // frozen until they have begun anew
};

} // namespace tactus::daemon
