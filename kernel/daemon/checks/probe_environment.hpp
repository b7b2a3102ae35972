// SPDX-License-Identifier: MIT
// The environment of an instance without a daemon, for plugins that are only queried: the smallest
// flow, of one input and one output, which carries no events. Threads: one.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/result.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/time/timebase.hpp"

#include <memory>

namespace tactus::daemon {

class probe_environment {
public:
    // Of the plugins' log lines, warnings and errors are written, as `lines` specifies. `holds`:
    // the sentence about a call that does not return, one of call_watch's. Errors: limit (no memory
    // for the smallest queue); throws std::system_error as daemon::make does.
    [[nodiscard]] static result<std::unique_ptr<probe_environment>>
    make(base::log_settings lines, const char* holds = host::call_watch::holds_check);
    // For a daemon that runs: its watch sees the calls, since they hold its loop. `calls` must
    // outlive it.
    [[nodiscard]] static result<std::unique_ptr<probe_environment>>
    make_within(host::call_watch& calls, base::log_settings lines);

    // Each instance made in it is input 0 or output 0, one at a time.
    [[nodiscard]] const host::host_services& services() const noexcept { return services_; }

    [[nodiscard]] const time::clock& clock() const noexcept { return clock_; }
    [[nodiscard]] base::log& log() noexcept { return log_; }
    [[nodiscard]] loop::loop& loop() noexcept { return loop_; }

private:
    // Without `calls` it has a watch of its own.
    probe_environment(flow::timed_queue queue, const base::log_settings& lines, const char* holds,
                      host::call_watch* calls);

    static result<std::unique_ptr<probe_environment>>
    make(base::log_settings lines, const char* holds, host::call_watch* calls);

    time::real_clock clock_;
    base::log log_;
    loop::loop loop_;
    time::timebase timebase_;
    flow::dispatcher dispatcher_;
    flow::fan_out fan_out_;
    flow::ingress ingress_;
    host::backpressure_waiters waiters_;
    host::call_watch calls_;
    host::host_services services_;
};

} // namespace tactus::daemon
