// SPDX-License-Identifier: MIT
// The composition root: the only place that knows all components. Makes the flow of a
// configuration, a supervisor per instance and the metrics page, and runs their life cycle:
//     starting (outputs, then inputs) -> running -> stopping (see shutdown.cpp) -> ended
// Members are made in the order of their layers and destroyed in reverse. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/due_turn.hpp"
#include "kernel/daemon/loss_report.hpp"
#include "kernel/daemon/recently_logged.hpp"
#include "kernel/daemon/shutdown_silence.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/host/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/metrics/http_server.hpp"
#include "kernel/metrics/pages.hpp"
#include "kernel/time/timebase.hpp"

#include <tactus/cpp/scope.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tactus::daemon {

// Notified of the daemon's life cycle; the live view of `tactus run --show`, and tests.
class watcher {
public:
    watcher() = default;
    watcher(const watcher&) = delete;
    watcher& operator=(const watcher&) = delete;
    virtual ~watcher() = default;
    // All instances were asked to start; inputs emit from now on.
    virtual void started() {}
    virtual void stopping() {}
};

class daemon final : private flow::unsupported_observer,
                     private metrics::observed,
                     private metrics::refusal_observer {
public:
    // How long inputs wait for the outputs to come up, so that nothing is lost at the start.
    static constexpr std::int64_t outputs_first_ns = 250'000'000;

    // The configuration's plugins must be in the catalog, which must outlive the daemon. Errors:
    // limit (more than the machine's memory can hold); throws std::system_error if the system has
    // no thread or no descriptor for it.
    [[nodiscard]] static result<std::unique_ptr<daemon>> make(config::loaded configuration,
                                                              host::catalog& catalog);
    ~daemon() override;

    // Returns after a stop by SIGTERM, SIGINT or SIGHUP (the terminal was closed), or if it cannot
    // begin: the metrics address is taken, the system has no thread or no descriptor. Blocks.
    // Errors: io.
    [[nodiscard]] result<void> run(watcher* observer = nullptr);
    // Threads: loop.
    void request_stop();

    // Logs each warning of the file's check as a line: for operators who only read the log.
    void log_warnings() noexcept;

    // For the live view.
    [[nodiscard]] metrics::snapshot take_snapshot() const override;
    [[nodiscard]] const config::settings& settings() const noexcept {
        return configuration_.settings;
    }
    [[nodiscard]] std::string metrics_address() const; // empty = off
    // In the order of the settings. Bounds: index below their number.
    [[nodiscard]] const host::supervisor& input(std::size_t index) const {
        return *inputs_.at(index);
    }
    [[nodiscard]] const host::supervisor& output(std::size_t index) const {
        return *outputs_.at(index);
    }
    [[nodiscard]] loop::loop& loop() noexcept { return loop_; }
    [[nodiscard]] flow::dispatcher& dispatcher() noexcept { return dispatcher_; }
    // An instance hangs forever: leave by _exit, since its thread may run any of our code.
    [[nodiscard]] bool has_quarantine() const noexcept;
    // To be called first: writes what the log still holds. Blocks: log::closing_ms_max at most.
    void finish_log() noexcept { log_.finish(); }

private:
    daemon(config::loaded configuration, host::catalog& catalog, flow::timed_queue queue);

    // daemon.cpp
    [[nodiscard]] result<void> build_flow();
    void add_supervisors();
    [[nodiscard]] host::supervisor_settings supervise(const config::instance_settings& from,
                                                      host::instance_id who) const;
    [[nodiscard]] result<void> serve_metrics();
    void ask_for_realtime();
    [[nodiscard]] result<void> watch_calls();
    void start_outputs();
    void start_inputs();
    void await_outputs();
    [[nodiscard]] bool are_outputs_up() const;
    void watch_stalls();

    // observation.cpp
    [[nodiscard]] metrics::readiness take_readiness() const override;
    void unsupported(std::uint16_t input, std::uint16_t output, std::string_view address,
                     std::string_view why) noexcept override;
    void taken_elsewhere(std::uint16_t input, std::uint16_t output, std::string_view address,
                         std::string_view why) noexcept override;
    void log_untaken(base::log_level level, std::uint16_t input, std::uint16_t output,
                     std::string_view address, std::string_view why) noexcept;
    void untranslatable(std::uint16_t input, std::uint16_t route, std::string_view address,
                        const flow::made_event& why) noexcept override;
    void refused(std::uint16_t input, codec::osc_error why,
                 std::span<const std::uint8_t> bytes) noexcept override;
    void refused(metrics::unanswered why, std::string_view host) noexcept override;
    void circling(std::uint16_t input, std::uint16_t route, std::string_view address,
                  std::span<const std::uint8_t> bytes) noexcept override;
    void copy_plugins(metrics::snapshot& into, const host::supervisor& from) const;

    // shutdown.cpp
    void begin_drain();
    void drain();
    void await_silence();
    [[nodiscard]] shutdown_silence::observer silence_report();
    void stop_outputs();
    void end();
    void arm(std::int64_t in_ns, void (*fire)(coro::timer&) noexcept);
    void stop_all(std::vector<std::unique_ptr<host::supervisor>>& them,
                  const std::function<void()>& then);

    time::real_clock clock_;
    config::loaded configuration_;
    host::catalog& catalog_;
    base::log log_;
    host::call_watch calls_{log_};
    std::unique_ptr<host::watchdog_timer> call_watchdog_; // once it runs; outlives the instances
    loop::loop loop_;
    time::timebase timebase_;
    mutable flow::dispatcher dispatcher_;
    flow::fan_out fan_out_;
    flow::ingress ingress_;
    host::backpressure_waiters waiters_;
    host::host_services services_;
    due_turn due_turn_;
    std::vector<std::unique_ptr<host::supervisor>> outputs_;
    std::vector<std::unique_ptr<host::supervisor>> inputs_;
    base::log_limit unsupported_limit_;
    base::log_limit untranslatable_limit_;
    base::log_limit refused_limit_;
    base::log_limit circling_limit_;
    recently_logged unsupported_logged_;
    recently_logged untranslatable_logged_;
    recently_logged refused_logged_;
    base::log_limit hosts_limit_;
    recently_logged hosts_logged_;
    metrics::unanswered_counts unanswered_by_;
    loss_report losses_{dispatcher_, ingress_, fan_out_, log_};

    std::unique_ptr<coro::acceptor> acceptor_;
    std::unique_ptr<metrics::pages> pages_;
    std::unique_ptr<metrics::http_server> http_;
    std::unique_ptr<tactus::scope> served_;

    watcher* watcher_ = nullptr;
    coro::timer step_; // of the start and the stop
    coro::timer stall_watch_;
    std::int64_t ran_since_ns_ = 0; // without having been held up
    std::int64_t step_deadline_ns_ = 0;
    shutdown_silence silence_{dispatcher_, silence_report()};
    std::size_t still_running_ = 0;
    std::int64_t loaded_unix_ns_ = 0;
    bool is_realtime_ = false;
    bool is_memory_locked_ = false;
    bool is_started_ = false;
    bool is_stopping_ = false;
};

} // namespace tactus::daemon
