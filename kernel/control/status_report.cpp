// SPDX-License-Identifier: MIT
#include "kernel/control/status_report.hpp"

#include "kernel/control/json_members.hpp"

#include <limits>
#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using control::read; // beside those below
using simdjson::dom::element;
using simdjson::dom::object;

void read(const element& from, std::string_view key, std::vector<reason_count>& into) {
    object counts;
    if (from[key].get(counts) != simdjson::SUCCESS) {
        return;
    }
    for (const auto& [reason, value] : counts) {
        std::uint64_t count = 0;
        if (value.get(count) == simdjson::SUCCESS) {
            into.push_back({std::string(reason), count});
        }
    }
}

void read(const element& from, std::string_view key, std::vector<shortfall>& into) {
    for_each(from, key, [&into](const element& each) {
        shortfall one;
        read(each, "name", one.name);
        read(each, "why", one.why);
        into.push_back(std::move(one));
    });
}

input_report read_input(const element& from) {
    input_report made;
    read(from, "name", made.name);
    read(from, "up", made.is_up);
    read(from, "used", made.is_used);
    read(from, "received", made.received);
    read(from, "routed", made.routed);
    read(from, "rejected", made.rejected);
    read(from, "unrouted", made.unrouted);
    read(from, "muted", made.is_muted);
    read(from, "received_per_s", made.received_per_s);
    element lately;
    if (from["last_minute"].get(lately) == simdjson::SUCCESS) {
        read(lately, "rejected", made.rejected_lately);
        read(lately, "unrouted", made.unrouted_lately);
    }
    return made;
}

// null: above the greatest bound.
void read_bound(const element& from, std::string_view key, std::optional<double>& into) {
    element bound;
    if (from[key].get(bound) == simdjson::SUCCESS && bound.is_null()) {
        into = std::numeric_limits<double>::infinity();
    } else {
        read(from, key, into);
    }
}

void read_lateness(const element& from, std::optional<double>& p50_s,
                   std::optional<double>& p99_s) {
    element lateness;
    if (from["lateness_s"].get(lateness) == simdjson::SUCCESS) {
        read_bound(lateness, "p50", p50_s);
        read_bound(lateness, "p99", p99_s);
    }
}

output_report read_output(const element& from) {
    output_report made;
    read(from, "name", made.name);
    read(from, "up", made.is_up);
    read(from, "used", made.is_used);
    read(from, "sent", made.sent);
    read(from, "pending", made.pending);
    read(from, "sounding", made.sounding);
    read(from, "dropped", made.dropped);
    for_each(from, "ports", [&made](const element& each) {
        named_state port;
        read(each, "name", port.name);
        read(each, "up", port.is_up);
        made.ports.push_back(std::move(port));
    });
    read_lateness(from, made.late_p50_s, made.late_p99_s);
    read(from, "muted", made.is_muted);
    read(from, "sent_per_s", made.sent_per_s);
    read(from, "next_due_s", made.next_due_s);
    element lately;
    if (from["last_minute"].get(lately) == simdjson::SUCCESS) {
        read(lately, "dropped", made.dropped_lately);
        read_lateness(lately, made.lately_p50_s, made.lately_p99_s);
    }
    return made;
}

} // namespace

result<status_report> read_status(std::string_view json) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(json);
    element whole;
    if (parser.parse(padded).get(whole) != simdjson::SUCCESS || !whole.is_object()) {
        return fail(error_kind::invalid, "The daemon's status is not a JSON object.");
    }
    status_report made;
    read(whole, "name", made.name);
    read(whole, "version", made.version);
    read(whole, "pid", made.process);
    read(whole, "uptime_s", made.uptime_s);
    read(whole, "ready", made.is_ready);
    read(whole, "missing", made.missing);
    read(whole, "impaired", made.impaired);
    element config;
    if (whole["config"].get(config) == simdjson::SUCCESS) {
        std::string paths;
        for_each(config, "paths", [&paths](const element& each) {
            std::string_view path;
            if (each.get(path) == simdjson::SUCCESS) {
                paths += (paths.empty() ? "" : " + ") + std::string(path);
            }
        });
        read(config, "path", made.config_path);
        made.config_path = paths.empty() ? made.config_path : paths;
        read(config, "age_s", made.config_age_s);
        read(config, "changed_on_disk", made.has_config_changed);
        element reload;
        if (config["last_reload"].get(reload) == simdjson::SUCCESS) {
            read(reload, "age_s", made.reload_age_s);
            read(reload, "why", made.reload_refusal);
        }
    }
    for_each(whole, "inputs",
             [&made](const element& each) { made.inputs.push_back(read_input(each)); });
    for_each(whole, "outputs",
             [&made](const element& each) { made.outputs.push_back(read_output(each)); });
    for_each(whole, "muted_routes", [&made](const element& each) {
        read(each, "name", made.muted_routes.emplace_back());
    });
    for_each(whole, "route_names", [&made](const element& each) {
        std::string_view name;
        if (each.get(name) == simdjson::SUCCESS) {
            made.route_names.emplace_back(name);
        }
    });
    read(whole, "routes", made.routes);
    return made;
}

} // namespace tactus::control
