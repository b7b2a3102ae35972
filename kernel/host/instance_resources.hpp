// SPDX-License-Identifier: MIT
// What one instance has of the host, for the tables of functions that its plugin calls (api/):
// pending ops, posted calls, sockets, ports, its worker, metrics, log lines. New ones begin only
// between open and close; the instance may be destroyed once it is closed and quiet. The plugin's
// own object and its life: instance.hpp. Threads: loop, unless noted otherwise.
#pragma once

#include "kernel/host/endpoint_log.hpp"
#include "kernel/host/foreign/foreign_reports.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/instance_id.hpp"
#include "kernel/host/instance_ports.hpp"
#include "kernel/host/instance_sockets.hpp"
#include "kernel/host/plugin_log.hpp"
#include "kernel/host/plugin_metrics.hpp"
#include "kernel/host/posted_calls.hpp"
#include "kernel/host/watchdog/blocked_calls.hpp"
#include "kernel/host/watchdog/stall_callback.hpp"
#include "kernel/host/watchdog/work_watch.hpp"
#include "kernel/host/worker/instance_worker.hpp"
#include "kernel/net/operations.hpp"

#include <tactus/tactus.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace tactus::host {

class foreign_events;
class output_connection;

class instance_resources {
public:
    instance_resources(const host_services& services, instance_id who);
    instance_resources(const instance_resources&) = delete;
    instance_resources& operator=(const instance_resources&) = delete;
    ~instance_resources(); // closed and quiet

    void open() noexcept;
    // Nothing enters or leaves any more; work in progress is completed, waits are cancelled.
    void close() noexcept;
    // Between open and close; at all other times the flow must not see it. Threads: any.
    [[nodiscard]] bool is_open() const noexcept { return is_open_.load(std::memory_order_acquire); }
    // Nothing is pending, posted or running.
    [[nodiscard]] bool is_quiet() const noexcept;
    // After close. Waits for the worker, and gives back what the flow keeps for the instance.
    void release() noexcept;
    // The same while the worker's thread hangs: closes, and leaves the thread behind.
    void cut_off(flow::dropped reason) noexcept;

    // An output's connection to the dispatcher, which `stall` watches. The arguments must outlive
    // this object. Errors: as of output_connection::attach.
    [[nodiscard]] result<void> attach(const tactus_output_0& output, tactus_plugin* plugin,
                                      const stall_callback& stall);
    // Bounds: attached. Threads: any.
    [[nodiscard]] output_connection& output() noexcept { return *output_; }
    void ports_changed() noexcept;
    void set_handover(std::int64_t handover_ns) noexcept {
        services_.handover_ns = handover_ns;
        ports_changed();
    }

    [[nodiscard]] bool is_on_loop() const noexcept { // threads: any
        return std::this_thread::get_id() == loop_thread_;
    }
    [[nodiscard]] const host_services& services() const noexcept { return services_; }
    [[nodiscard]] const instance_id& who() const noexcept { return who_; }
    [[nodiscard]] blocked_calls& watch() noexcept { return watch_; }
    [[nodiscard]] const blocked_calls& watch() const noexcept { return watch_; }
    [[nodiscard]] net::operations& pending() noexcept { return pending_; }
    [[nodiscard]] posted_calls& posts() noexcept { return posts_; } // threads: any
    [[nodiscard]] plugin_log& log() noexcept { return log_; }       // threads: any
    [[nodiscard]] endpoint_log& endpoints() noexcept { return endpoints_; }
    [[nodiscard]] plugin_metrics& metrics() noexcept { return metrics_; }
    [[nodiscard]] const plugin_metrics& metrics() const noexcept { return metrics_; }
    [[nodiscard]] instance_worker& worker() noexcept { return worker_; }
    [[nodiscard]] const instance_worker& worker() const noexcept { return worker_; }
    [[nodiscard]] work_watch& work() noexcept { return work_; }
    [[nodiscard]] instance_ports& ports() noexcept { return ports_; }
    [[nodiscard]] const instance_ports& ports() const noexcept { return ports_; }
    [[nodiscard]] instance_sockets& sockets() noexcept { return sockets_; }
    [[nodiscard]] const instance_sockets& sockets() const noexcept { return sockets_; }
    [[nodiscard]] foreign_events& foreign() noexcept { return *foreign_; } // threads: any
    // The reason that the plugin gave for its last failure.
    [[nodiscard]] const plugin_error& last_error() const noexcept { return error_; }
    void set_error(tactus_status status, std::string key, std::string text) {
        error_ = {status, std::move(key), std::move(text)};
    }
    void clear_error() noexcept { error_ = {}; }

private:
    void end_input() noexcept;

    host_services services_;
    const instance_id who_;
    const std::thread::id loop_thread_;
    blocked_calls watch_;
    net::operations pending_;
    posted_calls posts_;
    plugin_log log_;
    endpoint_log endpoints_;
    plugin_metrics metrics_;
    plugin_error error_;
    instance_worker worker_;
    work_watch work_;
    instance_ports ports_;
    instance_sockets sockets_;
    std::unique_ptr<foreign_events> foreign_;
    std::unique_ptr<output_connection> output_; // nullptr: not attached yet, or an input
    // Written by the loop, read by any: is_open. false -> true in open, then false permanently.
    // Released: a thread that finds it open sees what was prepared before.
    std::atomic<bool> is_open_{false};
};

} // namespace tactus::host
