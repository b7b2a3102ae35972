// SPDX-License-Identifier: MIT
// One instance of a plugin, from create to destroy: the object behind its tactus_host, with all
// that it holds: pending ops, sockets, posted calls, its worker, its ports, its metrics. A
// supervisor makes a new one when this one has failed. Threads: loop, unless noted otherwise.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/base/priority_mutex.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/output/sink.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/plugin_metrics.hpp"
#include "kernel/host/watchdog/blocked_calls.hpp"
#include "kernel/host/watchdog/stall_watch.hpp"
#include "kernel/host/worker.hpp"
#include "kernel/net/operations.hpp"
#include "kernel/net/stream_limits.hpp"

#include <tactus/tactus.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace tactus::net {
class udp_socket;
class stream_set;
} // namespace tactus::net

namespace tactus::host {

class foreign_ring;
class output_sink;
class outcome_report;

enum class role : std::uint8_t { input, output };

// Which instance it is, and its role in the flow.
struct instance_id {
    std::string name;
    role plays = role::input;
    std::uint16_t index = 0; // in ingress or dispatcher
    net::stream_limits streams = {};
};

struct plugin_error {
    tactus_status status = TACTUS_OK;
    std::string key;
    std::string text;
};

class instance {
public:
    static constexpr std::uint32_t posts_max = 1024;
    static constexpr std::size_t names_max = 1024; // new names that it may ask for
    // How early an output may ask for its events.
    static constexpr std::int64_t ahead_max_ns = 60'000'000'000;
    static constexpr std::int64_t lookahead_max_ns = 1'000'000'000;

    // `ended` is called, in a later phase of the loop, after the plugin has called stopped(status).
    instance(const host_services& services, instance_id who,
             std::function<void(tactus_status)> ended);
    instance(const instance&) = delete;
    instance& operator=(const instance&) = delete;
    ~instance(); // after is_quiet, or never

    // Before start.
    void watch_stalls(stall_watch by) { stall_ = std::move(by); }
    // Errors: the text from set_error, or a generic one if the call failed without a text.
    [[nodiscard]] result<void> create(const tactus_entry& entry,
                                      const tactus_descriptor& descriptor);
    [[nodiscard]] result<void> configure(const tactus_config& config);
    [[nodiscard]] result<void> start();
    void stop() noexcept;
    void destroy() noexcept;

    // Nothing is pending, posted or running: it can be destroyed.
    [[nodiscard]] bool is_quiet() const noexcept;
    void cancel_operations() noexcept { operations_.cancel_all(); }
    // Cut off: the flow no longer knows the instance, and its thread is left behind. Keep it while
    // that thread hangs and until wind_down returns true.
    void quarantine(flow::dropped reason) noexcept;
    // Cut off, and its thread has not returned.
    [[nodiscard]] bool hangs() const noexcept { return !left_behind_.expired(); }
    // To be called periodically once the instance is cut off. Asks it to stop if it no longer
    // hangs. Returns true once all of it has ended and it can be destroyed.
    [[nodiscard]] bool wind_down() noexcept;

    [[nodiscard]] const instance_id& who() const noexcept { return who_; }
    [[nodiscard]] const plugin_error& last_error() const noexcept { return error_; }
    [[nodiscard]] const plugin_metrics& metrics() const noexcept { return metrics_; }
    [[nodiscard]] const void* plugin_interface(const char* id) const noexcept;
    // The first argument of such an interface's functions.
    [[nodiscard]] tactus_plugin* plugin_object() const noexcept { return plugin_; }
    // Calls that held the loop up.
    [[nodiscard]] std::uint64_t blocked() const noexcept { return blocked_.count(); }
    // Since when a call into the plugin on its worker has been running; 0 = none.
    [[nodiscard]] std::int64_t busy_since_ns() const noexcept;
    [[nodiscard]] bool is_up() const noexcept;
    [[nodiscard]] bool has_no_ports() const noexcept { return ports().size() == 0; }
    // A sentence that names the ports that are offline; empty if there are none.
    [[nodiscard]] std::string offline_ports() const;

    // For the api_*.cpp files: the functions in the tables are members in all but form.
    [[nodiscard]] static instance& of(const tactus_host* host) noexcept {
        return *static_cast<instance*>(host->impl);
    }
    [[nodiscard]] bool is_on_loop() const noexcept {
        return std::this_thread::get_id() == loop_thread_;
    }
    [[nodiscard]] const host_services& services() const noexcept { return services_; }
    // From start to stopped, unless it is cut off; at all other times the flow must not see it.
    // Threads: any.
    [[nodiscard]] bool is_open() const noexcept { return is_open_.load(std::memory_order_acquire); }
    // Its start function was called. Threads: loop.
    [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }
    [[nodiscard]] net::operations& pending() noexcept { return operations_; }
    // Started at first use; nullptr if the system gives no thread.
    [[nodiscard]] worker* find_worker();
    [[nodiscard]] worker& own_worker(); // the same, where one must exist
    [[nodiscard]] flow::port_set& ports() noexcept;
    [[nodiscard]] const flow::port_set& ports() const noexcept;
    void ports_changed() noexcept;
    // For tactus_event.port; 0 if this instance has asked for names_max new names. Names of
    // existing ports always get a handle, so they cannot be used up.
    [[nodiscard]] std::uint32_t name_handle(std::string_view name);
    void set_error(tactus_status status, std::string key, std::string text);
    // Threads: any. The kernel's own calls may exceed the limit that plugins have.
    [[nodiscard]] tactus_status post(void (*fn)(void*) noexcept, void* arg,
                                     std::uint32_t limit = posts_max);
    void write_log(base::log_level level, std::string_view text) noexcept; // threads: any
    [[nodiscard]] foreign_ring& foreign();                                 // threads: any
    void drain_foreign_later() noexcept;                                   // threads: any
    void writable() noexcept;                                              // threads: any
    void said_stopped(tactus_status status) noexcept;
    std::unordered_map<tactus_id, std::unique_ptr<net::udp_socket>>& sockets() noexcept {
        return sockets_;
    }
    [[nodiscard]] net::stream_set& streams() noexcept { return *streams_; }
    [[nodiscard]] const base::connection_counts& connections() const noexcept;
    [[nodiscard]] tactus_id next_socket_id() noexcept { return ++last_socket_; }
    [[nodiscard]] plugin_metrics& own_metrics() noexcept { return metrics_; }

private:
    [[nodiscard]] result<void> attach_output();
    [[nodiscard]] std::int64_t asked_lookahead_ns() const noexcept;
    void follow_lookahead() noexcept;
    void close() noexcept;
    void detach_output(flow::dropped reason) noexcept;
    void forget_input_ports() noexcept;
    [[nodiscard]] unexpected<error> explain(tactus_status status, const char* what);

    host_services services_;
    instance_id who_;
    std::function<void(tactus_status)> ended_;
    tactus_host host_{};
    tactus_plugin* plugin_ = nullptr;
    const tactus_output_0* output_ = nullptr;
    stall_watch stall_; // outlives the sink
    std::unique_ptr<output_sink> sink_;
    std::int64_t ahead_ns_ = 0; // as the plugin asked, without its lookahead
    std::unique_ptr<worker> worker_;
    std::weak_ptr<const void> left_behind_; // what a thread left behind still holds
    std::thread::id loop_thread_;
    blocked_calls blocked_;
    net::operations operations_;
    plugin_metrics metrics_;
    plugin_error error_;
    std::unordered_map<tactus_id, std::unique_ptr<net::udp_socket>> sockets_;
    std::unique_ptr<net::stream_set> streams_;
    std::unique_ptr<outcome_report> outcomes_; // nullptr: the plugin wants no outcomes
    tactus_id last_socket_ = 0;
    std::size_t new_names_ = 0;
    coro::deferred stopped_;
    tactus_status stopped_status_ = TACTUS_OK;
    bool has_begun_ = false;
    bool has_stopped_ = false;
    bool was_asked_to_stop_ = false;
    bool has_come_back_ = false; // its thread returned after it was cut off
    // Written by the loop, read by any: is_open. false -> true in start, then false permanently.
    // Released: a thread that finds it open sees what start prepared.
    std::atomic<bool> is_open_{false};

    base::priority_mutex log_mutex_; // guards log_limit_
    base::log_limit log_limit_{20};

    // Guards takes_posts_; held while a post is counted, so that closing is exact, and while
    // another thread wakes the worker.
    base::priority_mutex post_mutex_;
    bool takes_posts_ = false;
    // Written by any thread that posts and by the loop; read by the loop: is_quiet. Relaxed: the
    // posted calls themselves are handed over under the reactor's lock.
    std::atomic<std::uint32_t> posts_{0};
    // Set by the thread that calls writable, cleared by the posted call before it checks: one post
    // serves all. Acquire-release: what was prepared before writable is seen by send.
    std::atomic<bool> is_writable_posted_{false};
    std::once_flag foreign_once_;
    std::unique_ptr<foreign_ring> foreign_;
};

} // namespace tactus::host
