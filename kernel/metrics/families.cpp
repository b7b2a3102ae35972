// SPDX-License-Identifier: MIT
#include "kernel/metrics/families.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/flow_families.hpp"
#include "kernel/metrics/series.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace tactus::metrics {
namespace {

constexpr family daemon_families[] = {
    {"tactus_build_info", gauge, "Build of the running daemon; the value is always 1.",
     [](const snapshot& from, series_sink& into) {
         into.add({{"version", from.build.version},
                   {"revision", from.build.revision},
                   {"compiler", from.build.compiler},
                   {"sdk_abi", from.build.sdk_abi}},
                  1);
     }},
    {"tactus_daemon_info", gauge, "Name of the daemon in its configuration; the value is always 1.",
     [](const snapshot& from, series_sink& into) {
         into.add({{"name", from.name}}, 1);
     }},
    {"tactus_ready", gauge,
     "1 when every required input and output is up and the daemon is dispatching, else 0.",
     [](const snapshot& from, series_sink& into) { into.add({}, from.is_ready ? 1 : 0); }},
};

// The engine, its plugins, its environment.
constexpr family engine_families[] = {
    // No periodic probe: an idle daemon must not wake up for its own metrics.
    {"tactus_event_loop_lag_seconds", histogram,
     "Delay of the event loop past the deadlines it had armed.",
     [](const snapshot& from, series_sink& into) {
         into.add({}, from.loop.lag, base::lateness_bounds_ns);
     }},
    {"tactus_event_loop_idle_seconds_total", counter, "Time the loop waited for events.",
     [](const snapshot& from, series_sink& into) { into.add({}, seconds(from.loop.idle_ns)); }},
    {"tactus_event_loop_iterations_total", counter, "Loop iterations.",
     [](const snapshot& from, series_sink& into) { into.add({}, number(from.loop.iterations)); }},

    // One series per state, so queries need no knowledge of the numbers.
    {"tactus_plugin_state", gauge,
     "1 for the state it is in (loaded, running, degraded, failed, stopped), 0 for the others; "
     "degraded: it runs, but a port or peer of it is not there; failed: it does not run, and is "
     "tried again.",
     [](const snapshot& from, series_sink& into) {
         for (const plugin_row& row : from.plugins) {
             for (std::size_t i = 0; i < plugin_state_names.size(); ++i) {
                 into.add({{"plugin", row.instance}, {"state", plugin_state_names[i]}},
                          row.state == static_cast<plugin_state>(i) ? 1 : 0);
             }
         }
     }},
    {"tactus_plugin_stalls_total", counter, "Calls past the stall limit.",
     [](const snapshot& from, series_sink& into) {
         for (const plugin_row& row : from.plugins) {
             into.add({{"plugin", row.instance}}, number(row.stalls));
         }
     }},
    {"tactus_plugin_blocked_total", counter,
     "Calls into a plugin that held everything timed up for 10 ms or longer.",
     [](const snapshot& from, series_sink& into) {
         for (const plugin_row& row : from.plugins) {
             into.add({{"plugin", row.instance}}, number(row.blocked));
         }
     }},
    {"tactus_plugin_loop_calls_total", counter,
     "Calls into a plugin on the event loop, without those that send.",
     [](const snapshot& from, series_sink& into) {
         for (const plugin_row& row : from.plugins) {
             into.add({{"plugin", row.instance}}, number(row.loop_calls));
         }
     }},
    {"tactus_plugin_loop_seconds_total", counter,
     "Time that these calls have taken, with what the daemon did within them.",
     [](const snapshot& from, series_sink& into) {
         for (const plugin_row& row : from.plugins) {
             into.add({{"plugin", row.instance}}, row.loop_s);
         }
     }},
    {"tactus_plugin_restarts_total", counter, "Instance restarts.",
     [](const snapshot& from, series_sink& into) {
         for (const plugin_row& row : from.plugins) {
             into.add({{"plugin", row.instance}}, number(row.restarts));
         }
     }},

    {"tactus_metrics_requests_rejected_total", counter,
     "Requests to these pages that were refused: a Host that is not allowed, no HTTP, and so on.",
     [](const snapshot& from, series_sink& into) {
         for (std::size_t i = 0; i < unanswered_names.size(); ++i) {
             into.add({{"reason", unanswered_names[i]}},
                      number(from.unanswered_by.of(static_cast<unanswered>(i))));
         }
     }},
    {"tactus_config_last_reload_successful", gauge,
     "1 when the configuration read last was taken, by the start or a reload; else 0.",
     [](const snapshot& from, series_sink& into) {
         into.add({}, from.config.reloads.refusal.empty() ? 1 : 0);
     }},
    {"tactus_config_reloads_total", counter, "Reloads of the configuration, by what became of it.",
     [](const snapshot& from, series_sink& into) {
         into.add({{"result", "taken"}}, number(from.config.reloads.taken));
         into.add({{"result", "refused"}}, number(from.config.reloads.refused));
     }},
    {"tactus_config_last_reload_success_timestamp_seconds", gauge,
     "Unix time of the last configuration taken.",
     [](const snapshot& from, series_sink& into) {
         into.add({}, seconds(from.config.loaded_unix_ns));
     }},
    {"tactus_clock_steps_total", counter, "Wall-clock steps larger than the limit.",
     [](const snapshot& from, series_sink& into) {
         into.add({{"direction", "forward"}}, number(from.clock.steps_forward));
         into.add({{"direction", "backward"}}, number(from.clock.steps_backward));
     }},
    {"tactus_clock_suspends_total", counter,
     "Times the machine was suspended while the daemon ran.",
     [](const snapshot& from, series_sink& into) { into.add({}, number(from.clock.suspends)); }},
    {"tactus_clock_wall_offset_seconds", gauge, "Wall clock minus the scheduler's mapping.",
     [](const snapshot& from, series_sink& into) {
         into.add({}, seconds(from.clock.wall_offset_ns));
     }},
    // Shows a missing permission at once, before events are late.
    {"tactus_realtime_scheduling", gauge, "1 when real-time scheduling is in force.",
     [](const snapshot& from, series_sink& into) { into.add({}, from.is_realtime ? 1 : 0); }},
    {"tactus_memory_locked", gauge, "1 when the memory is locked.",
     [](const snapshot& from, series_sink& into) { into.add({}, from.is_memory_locked ? 1 : 0); }},
    {"tactus_log_messages_total", counter, "Log lines written.",
     [](const snapshot& from, series_sink& into) {
         for (std::size_t i = 0; i < log_level_names.size(); ++i) {
             into.add({{"level", log_level_names[i]}}, number(from.log.written[i]));
         }
     }},
    {"tactus_log_messages_suppressed_total", counter,
     "Log lines lost to the rate limit or a write error.",
     [](const snapshot& from, series_sink& into) { into.add({}, number(from.log.suppressed)); }},
    {"tactus_metrics_scrapes_total", counter, "Scrapes answered.",
     [](const snapshot& from, series_sink& into) { into.add({}, number(from.scrapes)); }},
    {series_family, gauge, "Series of this scrape, as Prometheus counts them.",
     [](const snapshot&, series_sink& into) { into.add({}, 0); }},
    {"tactus_metrics_ports_omitted", gauge,
     "Ports and peers of outputs without series of their own, since there are more than 1024.",
     [](const snapshot& from, series_sink& into) { into.add({}, number(omitted_ports(from))); }},
    {"tactus_thread_cpu_seconds_total", counter,
     "User and system CPU time spent by what threads do; plugin: of plugins and their libraries; "
     "ended: threads that ended between two scrapes.",
     [](const snapshot& from, series_sink& into) {
         for (std::size_t i = 0; from.process.threads_s && i < thread_kinds; ++i) {
             into.add({{"role", thread_kind_name(i)}}, (*from.process.threads_s)[i]);
         }
     }},

    // Prometheus's standard process metrics, named as in its other clients.
    {"process_cpu_seconds_total", counter, "User and system CPU time spent.",
     [](const snapshot& from, series_sink& into) { add_if_known(into, from.process.cpu_s); }},
    {"process_resident_memory_bytes", gauge, "Resident memory size.",
     [](const snapshot& from, series_sink& into) {
         add_if_known(into, from.process.resident_bytes);
     }},
    {"process_open_fds", gauge, "Open file descriptors.",
     [](const snapshot& from, series_sink& into) { add_if_known(into, from.process.open_fds); }},
    {"process_max_fds", gauge, "Most file descriptors allowed.",
     [](const snapshot& from, series_sink& into) { add_if_known(into, from.process.max_fds); }},
    {"process_start_time_seconds", gauge, "Unix time at which the process started.",
     [](const snapshot& from, series_sink& into) {
         add_if_known(into, from.process.start_unix_s);
     }},
};

template <std::size_t... N>
constexpr auto join(const family (&... parts)[N]) {
    std::array<family, (N + ...)> joined{};
    family* next = joined.data();
    ((next = std::copy(std::begin(parts), std::end(parts), next)), ...);
    return joined;
}

// Grouped for operators: the daemon, what came in, what was sent, the routes, the engine. A new
// family is added to one of these only.
constexpr auto all =
    join(daemon_families, input_families, output_families, route_families, engine_families);

} // namespace

std::span<const family> families() noexcept {
    return all;
}

bool is_reserved_for_kernel(std::string_view plugin_metric_name) noexcept {
    return std::ranges::any_of(all, [=](const family& known) {
        return known.name.starts_with(plugin_metric_prefix) &&
               known.name.substr(plugin_metric_prefix.size()) == plugin_metric_name;
    });
}

} // namespace tactus::metrics
