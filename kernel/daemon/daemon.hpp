// SPDX-License-Identifier: MIT
// The composition root: the only place that knows all components. Makes the flow of a
// configuration, a supervisor per instance and the metrics page, and runs their life cycle:
//     starting (startup.hpp) -> running -> stopping (shutdown.hpp) -> ended
// Members are made in the order of their layers and destroyed in reverse. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/due_turn.hpp"
#include "kernel/daemon/event_flow.hpp"
#include "kernel/daemon/instance_set.hpp"
#include "kernel/daemon/methods/control_methods.hpp"
#include "kernel/daemon/methods/control_service.hpp"
#include "kernel/daemon/process/service_environment.hpp"
#include "kernel/daemon/process/service_notices.hpp"
#include "kernel/daemon/process/termination.hpp"
#include "kernel/daemon/process/wall_clock_watch.hpp"
#include "kernel/daemon/reload/instance_restart.hpp"
#include "kernel/daemon/reload/reloader.hpp"
#include "kernel/daemon/reports/clock_report.hpp"
#include "kernel/daemon/reports/event_warnings.hpp"
#include "kernel/daemon/reports/file_warnings.hpp"
#include "kernel/daemon/reports/loss_report.hpp"
#include "kernel/daemon/shutdown.hpp"
#include "kernel/daemon/sounding_service.hpp"
#include "kernel/daemon/startup.hpp"
#include "kernel/daemon/status/down_times.hpp"
#include "kernel/daemon/status/metrics_service.hpp"
#include "kernel/daemon/status/overview.hpp"
#include "kernel/daemon/status/recent_activity.hpp"
#include "kernel/daemon/status/status.hpp"
#include "kernel/daemon/status/status_page_source.hpp"
#include "kernel/daemon/tap/tap.hpp"
#include "kernel/daemon/unrouted_outputs.hpp"
#include "kernel/daemon/worker_stall_timer.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/time/clock.hpp"

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

    // Returns after a stop by SIGTERM, SIGINT or SIGHUP (its terminal was closed), or if it cannot
    // begin: the metrics address is taken, the system has no thread or no descriptor. Blocks.
    // `signals`, which must outlive this, asks it to stop and to reload from its begin() on.
    // Errors: io; it has been logged, and the service manager told.
    [[nodiscard]] result<void> run(termination& signals);
    // Is called as the daemon enters each phase after `starting`; for the live view. To be set
    // before run().
    void set_phase_listener(std::function<void(phase)> entered) { entered_ = std::move(entered); }
    // Threads: loop.
    void request_stop();

    // Logs each warning of the file's check as a line: for operators who only read the log.
    void log_warnings() noexcept {
        log_found(log_, configuration_.warnings, configuration_.sources);
    }
    // Tells the service manager how the daemon is. To be called before run().
    void notify_with(service_environment what) { service_ = std::move(what); }
    // How the configuration is read again, in another thread; without it nothing is reloaded. The
    // catalog of make() is used by nobody else from now on. To be set before run().
    void read_again_with(reloader::reader read) { reloads_.read_with(std::move(read)); }
    // Is called when other settings run; for the live view.
    void set_reload_listener(std::function<void()> changed) {
        reloads_.set_listener(std::move(changed));
    }
    // Reads the configuration again, and takes it if it is right. Threads: loop.
    void request_reload() { reloads_.request(); }

    // For the live view.
    [[nodiscard]] const config::settings& settings() const noexcept {
        return configuration_.settings;
    }
    [[nodiscard]] std::string metrics_address() const { return pages_.address(); } // empty = off
    // By their numbers in the settings. Bounds: not vacant there.
    [[nodiscard]] const host::supervisor& input(std::size_t index) const {
        return instances_.inputs().at(index);
    }
    [[nodiscard]] const host::supervisor& output(std::size_t index) const {
        return instances_.outputs().at(index);
    }
    [[nodiscard]] loop::loop& loop() noexcept { return loop_; }
    [[nodiscard]] flow::dispatcher& dispatcher() noexcept { return flow_.dispatcher; }
    [[nodiscard]] sounding_service& sounding() noexcept { return sounding_; }
    // The answer of the method `explain`, also for a daemon that does not run.
    [[nodiscard]] control::method_result explain(const control::params& with) {
        return methods_.explain(with);
    }
    // An instance hangs forever: leave by _exit, since its thread may run any of our code.
    [[nodiscard]] bool has_quarantine() const noexcept { return instances_.has_quarantine(); }
    // To be called first: writes the lines that the log still holds. Blocks: log::closing_ms_max at
    // most.
    void finish_log() noexcept { log_.finish(); }

private:
    daemon(config::loaded configuration, flow::timed_queue queue, host::catalog& catalog);

    [[nodiscard]] result<void> build(host::catalog& catalog);
    [[nodiscard]] result<void> run_watched(termination& signals);
    [[nodiscard]] result<void> run_loop();
    void end_control();
    void ask_for_realtime();
    void running();
    void enter(phase now);

    time::real_clock clock_;
    config::loaded configuration_;
    base::log log_;
    host::call_watch calls_{log_}; // outlives the instances
    host::load_watch load_{log_};  // this one too
    loop::loop loop_;
    event_flow flow_;
    sounding_service sounding_; // its file outlives the outputs
    event_warnings warnings_;
    host::backpressure_waiters waiters_;
    service_environment service_;
    service_notices notices_; // outlives the instances, which tell it of their states
    host::host_services services_;
    down_times downs_; // the ports of instances count their changes in it
    loss_report losses_;
    wall_clock_watch clock_watch_;
    clock_report clock_report_;
    instance_set instances_;
    unrouted_outputs unrouted_;
    worker_stall_timer stalls_;
    recent_activity recent_;
    due_turn due_turn_;
    metrics_service pages_;
    status status_;
    instance_restart restart_;
    tap taps_;
    reloader reloads_;
    overview overview_;
    status_page_source page_;
    control_methods methods_;
    control_service control_;
    startup startup_;
    shutdown shutdown_;
    termination* signals_ = nullptr; // from run() on
    std::function<void(phase)> entered_;
};

} // namespace tactus::daemon
