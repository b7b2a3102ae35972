// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/status_json.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/flow/ledger.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tactus::daemon {
namespace {

constexpr double ns_per_s = 1e9;

// The counts above 0, by reason.
template <class Reason, std::size_t N>
void add_counts(json_writer& json, std::string_view key, const flow::counts_by<Reason, N>& counts,
                const std::array<std::string_view, N>& names) {
    json.begin_object(key);
    for (std::size_t i = 0; i < N; ++i) {
        if (const std::uint64_t count = counts.of(static_cast<Reason>(i)); count > 0) {
            json.member(names[i], count);
        }
    }
    json.end_object();
}

void add_quantile(json_writer& json, std::string_view key, const base::histogram::snapshot& of,
                  double share) {
    if (const auto bound_s = quantile_s(of, base::lateness_bounds_ns, share)) {
        json.member(key, *bound_s, 6);
    }
}

void add_parts(json_writer& json, std::string_view key,
               const std::vector<metrics::missing_part>& parts) {
    json.begin_list(key);
    for (const metrics::missing_part& each : parts) {
        json.begin_object().member("name", each.name).member("why", each.why).end_object();
    }
    json.end_list();
}

void add_input(json_writer& json, const metrics::input_row& row, const input_activity& recent) {
    const flow::input_ledger& ledger = row.flow.ledger;
    json.begin_object().member("name", row.name).member("up", row.is_up);
    json.member("used", row.is_needed).member("received", ledger.received);
    json.member("routed", ledger.routed);
    add_counts(json, "rejected", ledger.rejected_by, flow::rejected_names);
    add_counts(json, "unrouted", ledger.unrouted_by, flow::unrouted_names);
    if (row.has_connections) {
        json.member("connections", row.connections.open);
    }
    json.member("pending", row.flow.pending).member("muted", row.is_muted);
    json.member("received_per_s", recent.received_per_s, 1).begin_object("last_minute");
    add_counts(json, "rejected", recent.rejected_by, flow::rejected_names);
    add_counts(json, "unrouted", recent.unrouted_by, flow::unrouted_names);
    json.end_object().end_object();
}

void add_lateness(json_writer& json, const base::histogram::snapshot& of) {
    json.begin_object("lateness_s");
    add_quantile(json, "p50", of, 0.5);
    add_quantile(json, "p99", of, 0.99);
    json.end_object();
}

void add_output(json_writer& json, const metrics::output_row& row, const output_activity& recent) {
    const flow::output_ledger& ledger = row.flow.ledger;
    json.begin_object().member("name", row.name).member("up", row.flow.is_up);
    json.member("used", row.is_needed).begin_list("ports");
    for (const metrics::port_row& port : row.ports) {
        json.begin_object().member("name", port.name).member("up", port.is_up).end_object();
    }
    json.end_list().member("accepted", ledger.accepted_by.total()).member("sent", ledger.sent);
    add_counts(json, "dropped", ledger.dropped_by, flow::dropped_names);
    json.member("pending", row.flow.pending);
    json.member("furthest_due_s", static_cast<double>(row.flow.horizon_ns) / ns_per_s, 6);
    if (row.flow.next_due_ns) {
        json.member("next_due_s", static_cast<double>(*row.flow.next_due_ns) / ns_per_s, 6);
    }
    json.member("sounding", row.flow.notes_sounding).member("muted", row.is_muted);
    add_lateness(json, row.flow.lateness);
    json.member("sent_per_s", recent.sent_per_s, 1).begin_object("last_minute");
    add_counts(json, "dropped", recent.dropped_by, flow::dropped_names);
    add_lateness(json, recent.lateness);
    json.end_object().end_object();
}

void add_last_reload(json_writer& json, const metrics::reload_row& reloads,
                     std::int64_t now_unix_ns) {
    if (reloads.last_unix_ns == 0) {
        return;
    }
    json.begin_object("last_reload").member("taken", reloads.refusal.empty());
    json.member("age_s", static_cast<double>(now_unix_ns - reloads.last_unix_ns) / ns_per_s, 3);
    if (!reloads.refusal.empty()) {
        json.member("why", reloads.refusal);
    }
    json.end_object();
}

} // namespace

std::optional<double> quantile_s(const base::histogram::snapshot& of,
                                 std::span<const std::int64_t> bounds_ns, double share) noexcept {
    if (of.count == 0) {
        return std::nullopt;
    }
    const auto wanted =
        static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(of.count)));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bounds_ns.size(); ++i) {
        below += of.buckets[i];
        if (below >= std::max<std::uint64_t>(wanted, 1)) {
            return static_cast<double>(bounds_ns[i]) / ns_per_s;
        }
    }
    return std::numeric_limits<double>::infinity();
}

std::string status_json(const metrics::snapshot& taken, const metrics::readiness& ready,
                        const status_details& details) {
    std::string text;
    json_writer json(text);
    json.begin_object().member("name", taken.name).member("version", taken.build.version);
    json.member("pid", details.process);
    json.member("uptime_s",
                static_cast<double>(details.now_unix_ns - details.started_unix_ns) / ns_per_s, 3);
    json.member("ready", ready.is_ready);
    add_parts(json, "missing", ready.missing);
    add_parts(json, "impaired", ready.impaired);
    json.begin_object("config").member("path", details.config_paths.front());
    json.begin_list("paths");
    for (const std::string& path : details.config_paths) {
        json.element(path);
    }
    json.end_list();
    json.member("age_s",
                static_cast<double>(details.now_unix_ns - taken.config.loaded_unix_ns) / ns_per_s,
                3);
    json.member("changed_on_disk", details.has_config_changed);
    add_last_reload(json, taken.config.reloads, details.now_unix_ns);
    json.end_object();
    json.member("log_level", details.log_level).begin_list("inputs");
    for (std::size_t i = 0; i < taken.inputs.size(); ++i) {
        add_input(json, taken.inputs[i], details.inputs[i]);
    }
    json.end_list().begin_list("outputs");
    for (std::size_t i = 0; i < taken.outputs.size(); ++i) {
        add_output(json, taken.outputs[i], details.outputs[i]);
    }
    json.end_list().begin_list("muted_routes");
    for (const metrics::route_row& row : taken.routes) {
        if (row.is_muted) {
            json.begin_object().member("name", row.name);
            json.member("line", row.line).end_object();
        }
    }
    json.end_list().begin_list("route_names");
    for (const metrics::route_row& row : taken.routes) {
        json.element(row.name);
    }
    json.end_list().member("routes", details.routes).end_object();
    return text;
}

} // namespace tactus::daemon
