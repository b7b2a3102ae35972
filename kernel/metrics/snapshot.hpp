// SPDX-License-Identifier: MIT
// All that a scrape shows, as plain values. The daemon copies it on the loop thread in one step, so
// every scrape shows one moment and the ledgers balance in it; naming and serialising happen on
// another thread. It depends neither on Prometheus nor on the sources of the numbers.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/base/histogram.hpp"
#include "kernel/base/thread_role.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/metrics/http_refusal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::metrics {

enum class plugin_state : std::uint8_t { loaded, running, degraded, failed, stopped };
inline constexpr std::array<std::string_view, 5> plugin_state_names = {
    "loaded", "running", "degraded", "failed", "stopped"};

// By TACTUS_LOG_*.
inline constexpr std::array<std::string_view, 4> log_level_names = {"debug", "info", "warning",
                                                                    "error"};

struct build_info {
    std::string version;
    std::string revision;
    std::string compiler;
    std::string sdk_abi;
};

// Ports and peers, except groups and those that events name themselves.
struct port_counts {
    std::uint64_t up = 0;
    std::uint64_t down = 0;

    void add(bool is_up) noexcept { ++(is_up ? up : down); }
};

struct input_row {
    std::string name;
    flow::input_snapshot flow;
    bool has_connections = false; // its transport has connections
    base::connection_counts connections;
    bool is_up = false;
    bool is_needed = true; // a route names it; otherwise it is neither up nor down
    bool is_muted = false;
    std::uint16_t number = 0; // in the flow
    port_counts ports;
};

struct port_row {
    std::string name; // its key: a peer, a device
    bool is_up = false;
    std::uint64_t connects_ok = 0;
    std::uint64_t connects_failed = 0;
    std::int64_t down_since_ns = 0; // on the host clock; 0: it is up
};

struct output_row {
    std::string name;
    flow::output_snapshot flow;
    std::uint64_t connects_ok = 0;
    std::uint64_t connects_failed = 0;
    bool is_needed = true;       // a route names it; otherwise it is neither up nor down
    std::vector<port_row> ports; // except those that events name themselves
    bool is_muted = false;
    std::uint16_t number = 0; // in the flow
    bool is_up = false;       // with all ports, or with any if that is enough; see flow.is_up

    [[nodiscard]] port_counts count_ports() const noexcept {
        port_counts counts;
        for (const port_row& each : ports) {
            counts.add(each.is_up);
        }
        return counts;
    }
};

struct route_row {
    std::string name;
    std::size_t line = 0; // of the file, where the route begins
    flow::route_counts events;
    std::uint64_t mutes = 0; // because an event circled through it
    bool is_muted = false;   // by the operator
    std::uint64_t misses = 0;
};

struct plugin_row {
    std::string instance; // its name in the config
    plugin_state state = plugin_state::loaded;
    std::uint64_t stalls = 0;
    std::uint64_t restarts = 0;
    std::uint64_t blocked = 0;
    std::uint64_t loop_calls = 0;
    double loop_s = 0;
};

// A metric that a plugin created through "tactus.metrics/0".
struct plugin_metric {
    std::string instance;
    std::string name; // without prefix
    std::string help;
    bool is_counter = false; // else a gauge
    std::int64_t value = 0;
    std::string label{}; // the label's name; empty: only the instance label
    std::string label_value{};
    std::optional<base::histogram::snapshot> durations{}; // a histogram, in place of the value
};

struct loop_row {
    base::histogram::snapshot lag;
    std::uint64_t idle_ns = 0;
    std::uint64_t iterations = 0;
};

struct clock_row {
    std::uint64_t steps_forward = 0;
    std::uint64_t steps_backward = 0;
    std::int64_t wall_offset_ns = 0; // wall clock minus the one used to map due times
    std::uint64_t suspends = 0;      // of the machine
};

// Configurations that were read again while the daemon ran.
struct reload_row {
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
    std::int64_t last_unix_ns = 0; // 0: there was none
    std::string refusal;           // of the last; empty: it was taken
};

struct config_row {
    std::int64_t loaded_unix_ns = 0; // the last one that was applied
    reload_row reloads = {};
};

struct log_row {
    std::array<std::uint64_t, log_level_names.size()> written{};
    std::uint64_t suppressed = 0;
};

// The kinds of threads in the process: those of the daemon by their role, those of plugins and
// their libraries, and all that have ended since the last look at them.
inline constexpr std::size_t plugin_threads = base::thread_role_names.size();
inline constexpr std::size_t ended_threads = plugin_threads + 1;
inline constexpr std::size_t thread_kinds = ended_threads + 1;
[[nodiscard]] constexpr std::string_view thread_kind_name(std::size_t kind) noexcept {
    return kind < plugin_threads    ? base::thread_role_names[kind]
           : kind == plugin_threads ? "plugin"
                                    : "ended";
}
using thread_seconds = std::array<double, thread_kinds>; // of processor time, by kind

// Values from /proc; unavailable ones are left out of the scrape.
struct process_row {
    std::optional<double> cpu_s;
    std::optional<double> start_unix_s;
    std::optional<std::uint64_t> resident_bytes;
    std::optional<std::uint64_t> open_fds;
    std::optional<std::uint64_t> max_fds;
    std::optional<thread_seconds> threads_s;
};

// Requests to the pages themselves that were refused.
using unanswered_counts = flow::counts_by<unanswered, unanswered_names.size()>;

struct snapshot {
    build_info build;
    std::string name; // the daemon's, from its configuration
    bool is_ready = false;
    std::vector<input_row> inputs;
    std::vector<output_row> outputs;
    std::vector<route_row> routes; // in the order of the file
    std::vector<plugin_row> plugins;
    std::vector<plugin_metric> plugin_metrics;
    loop_row loop;
    clock_row clock;
    config_row config;
    log_row log;
    unanswered_counts unanswered_by;
    process_row process;                  // filled by the serialising code, not by the daemon
    std::uint64_t queue_memory_bytes = 0; // of waiting events
    std::uint64_t queue_memory_max_bytes = 0;
    bool is_realtime = false;
    bool is_memory_locked = false;
    std::uint64_t scrapes = 0; // also filled by the serialising code
};

} // namespace tactus::metrics
