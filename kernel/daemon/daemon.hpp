// SPDX-License-Identifier: MIT
// The composition root: the only place that knows all components. Makes the flow of a
// configuration, a supervisor per instance and the metrics page, and runs their life cycle:
//     starting (startup.hpp) -> running -> stopping (shutdown.hpp) -> ended
// Members are made in the order of their layers and destroyed in reverse. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/control_methods.hpp"
#include "kernel/daemon/control_service.hpp"
#include "kernel/daemon/due_turn.hpp"
#include "kernel/daemon/event_warnings.hpp"
#include "kernel/daemon/file_warnings.hpp"
#include "kernel/daemon/loss_report.hpp"
#include "kernel/daemon/metrics_service.hpp"
#include "kernel/daemon/shutdown.hpp"
#include "kernel/daemon/stall_watch.hpp"
#include "kernel/daemon/startup.hpp"
#include "kernel/daemon/status.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/daemon/termination.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/host/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/time/timebase.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace tactus::daemon {

class daemon {
public:
    // The configuration's plugins must be in the catalog, which must outlive the daemon. Errors:
    // limit (more than the machine's memory can hold); throws std::system_error if the system has
    // no thread or no descriptor for it.
    [[nodiscard]] static result<std::unique_ptr<daemon>> make(config::loaded configuration,
                                                              host::catalog& catalog);
    daemon(const daemon&) = delete;
    daemon& operator=(const daemon&) = delete;
    ~daemon();

    // Returns after a stop by SIGTERM, SIGINT or SIGHUP (the terminal was closed), or if it cannot
    // begin: the metrics address is taken, the system has no thread or no descriptor. Blocks.
    // Errors: io.
    [[nodiscard]] result<void> run();
    // Is called as the daemon enters each phase after `starting`; for the live view. To be set
    // before run().
    void set_phase_listener(std::function<void(phase)> entered) { entered_ = std::move(entered); }
    // Threads: loop.
    void request_stop();

    // Logs each warning of the file's check as a line: for operators who only read the log.
    void log_warnings() noexcept { log_file_warnings(log_, configuration_); }

    // For the live view.
    [[nodiscard]] const config::settings& settings() const noexcept {
        return configuration_.settings;
    }
    [[nodiscard]] std::string metrics_address() const { return pages_.address(); } // empty = off
    // In the order of the settings. Bounds: index below their number.
    [[nodiscard]] const host::supervisor& input(std::size_t index) const {
        return inputs_.at(index);
    }
    [[nodiscard]] const host::supervisor& output(std::size_t index) const {
        return outputs_.at(index);
    }
    [[nodiscard]] loop::loop& loop() noexcept { return loop_; }
    [[nodiscard]] flow::dispatcher& dispatcher() noexcept { return dispatcher_; }
    // What the method `explain` answers, also for a daemon that does not run.
    [[nodiscard]] control::method_result explain(const control::params& with) {
        return methods_.explain(with);
    }
    // An instance hangs forever: leave by _exit, since its thread may run any of our code.
    [[nodiscard]] bool has_quarantine() const noexcept {
        return outputs_.has_quarantine() || inputs_.has_quarantine();
    }
    // To be called first: writes what the log still holds. Blocks: log::closing_ms_max at most.
    void finish_log() noexcept { log_.finish(); }

private:
    daemon(config::loaded configuration, flow::timed_queue queue);

    [[nodiscard]] result<void> build_flow();
    void add_supervisors(host::catalog& catalog);
    [[nodiscard]] result<void> watch_calls();
    void end_control();
    void ask_for_realtime();
    void running();
    void enter(phase now);

    time::real_clock clock_;
    config::loaded configuration_;
    base::log log_;
    host::call_watch calls_{log_};
    std::unique_ptr<host::watchdog_timer> call_watchdog_; // once it runs; outlives the instances
    loop::loop loop_;
    time::timebase timebase_;
    flow::dispatcher dispatcher_;
    flow::fan_out fan_out_;
    flow::ingress ingress_;
    event_warnings warnings_;
    host::backpressure_waiters waiters_;
    host::host_services services_;
    supervisor_group outputs_;
    supervisor_group inputs_;
    stall_watch stalls_;
    loss_report losses_;
    due_turn due_turn_;
    metrics_service pages_;
    status status_;
    control_methods methods_;
    control_service control_;
    startup startup_;
    shutdown shutdown_;
    termination termination_;
    std::function<void(phase)> entered_;
};

} // namespace tactus::daemon
