// SPDX-License-Identifier: MIT
// The result of the method `status` as plain values, for clients. config/control.md describes it.
#pragma once

#include "kernel/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct reason_count {
    std::string reason;
    std::uint64_t count = 0;
};

struct named_state {
    std::string name;
    bool is_up = false;
};

struct shortfall {
    std::string name;
    std::string why;
};

struct input_report {
    std::string name;
    bool is_up = false;
    bool is_used = true; // a route names it
    std::uint64_t received = 0;
    std::uint64_t routed = 0;
    std::vector<reason_count> rejected;
    std::vector<reason_count> unrouted;
    bool is_muted = false;
    std::optional<double> received_per_s;
    std::vector<reason_count> rejected_lately; // in the last minute
    std::vector<reason_count> unrouted_lately;
};

struct output_report {
    std::string name;
    bool is_up = false;
    bool is_used = true; // a route names it
    std::vector<named_state> ports;
    std::uint64_t sent = 0;
    std::uint64_t pending = 0;
    std::uint64_t sounding = 0;
    std::vector<reason_count> dropped;
    std::optional<double> late_p50_s; // nothing: nothing was sent; infinity: above all bounds
    std::optional<double> late_p99_s;
    bool is_muted = false;
    std::optional<double> sent_per_s;
    std::optional<double> next_due_s;         // nothing: nothing waits
    std::vector<reason_count> dropped_lately; // in the last minute
    std::optional<double> lately_p50_s;       // the lateness of the last minute
    std::optional<double> lately_p99_s;
};

struct status_report {
    std::string name;
    std::string version;
    std::int64_t process = 0;
    double uptime_s = 0;
    bool is_ready = false;
    std::vector<shortfall> missing;
    std::vector<shortfall> impaired;
    std::string config_path; // of several files all, with " + " between them
    double config_age_s = 0;
    bool has_config_changed = false;
    std::optional<double> reload_age_s; // of the last reload; nothing: there was none
    std::string reload_refusal;         // why it was not taken; empty: it was
    std::vector<input_report> inputs;
    std::vector<output_report> outputs;
    std::vector<std::string> muted_routes; // names
    std::vector<std::string> route_names;  // "route 3": the third of the file, without its own
    std::uint64_t routes = 0;
};

// Members that are absent keep their defaults. Errors: invalid (not a JSON object).
[[nodiscard]] result<status_report> read_status(std::string_view json);

} // namespace tactus::control
