// SPDX-License-Identifier: MIT
// A configuration that passed every check: plain values, no TOML, and every default filled in. The
// daemon builds from it.
#pragma once

#include "kernel/base/log_line.hpp"
#include "kernel/config/endpoint.hpp"
#include "kernel/config/values.hpp"
#include "kernel/flow/limits.hpp"
#include "kernel/flow/output_policy.hpp"
#include "kernel/flow/route/rate_gate.hpp"
#include "kernel/flow/route/translate/event_filter.hpp"
#include "kernel/flow/route/translate/translation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tactus::config {

// Bounds of a file.
using flow::inputs_max;
using flow::outputs_max;
inline constexpr std::size_t routes_max = 1024;
inline constexpr std::size_t name_size_max = 64;

// Their values are in the order of the choices in sections.cpp.
using base::log_format;
using base::log_level;
using flow::late_origin;
using flow::late_policy;
using flow::when_full;

struct time_settings {
    std::int64_t max_ahead_ns = 0;
    late_policy late = late_policy::send;
    std::int64_t late_limit_ns = 0;
    late_origin late_from = late_origin::arrival;
    std::int64_t handover_ns = 0;
    bool wants_realtime = false;
    double spin_budget = 0; // share of one processor
};

struct limit_settings {
    std::uint32_t pending = 0;
    std::uint64_t memory_bytes = 0;
    config::when_full when_full = config::when_full::drop_newest;
};

struct safety_settings {
    bool silence_on_stop = false;
    bool silence_on_disconnect = false;
    std::string panic_address;    // empty: none
    std::int64_t max_note_ns = 0; // 0: a note may sound for ever
    std::int64_t flush_limit_ns = 0;
    double circle_rate_per_s = 0; // 0: no circle detection
};

struct metrics_settings {
    bool enabled = false;
    endpoint listen;
    std::vector<std::string> allowed_hosts;
};

// The sockets over which the daemon is asked and told things.
struct control_settings {
    bool enabled = false;
    std::string group;        // of control.sock; empty: the process's own
    std::string status_group; // of status.sock
};

struct log_settings {
    log_level level = log_level::info;
    log_format format = log_format::text;
};

// For the connections of an instance, if it has any.
struct stream_settings {
    std::uint32_t connections_max = 0;
    std::uint64_t buffer_max = 0;
    std::int64_t idle_timeout_ns = 0;
};

struct instance_settings {
    std::string name;
    std::string type;
    bool is_in_order = false; // its own table has no errors; true in all that passed
    const tactus_descriptor* descriptor = nullptr; // never nullptr if it is in order
    values options;                                // the descriptor's
    position where;
    std::int64_t restart_first_ns = 0;
    std::int64_t restart_max_ns = 0;
    stream_settings streams;
};

struct input_settings : instance_settings {
    bool required = true;
    double rate_per_s = 0;       // 0: unlimited
    bool follows_sender = false; // clock = "sender"
    std::int64_t clock_lead_ns = 0;
    bool dispatches_patterns = false; // dispatch = "osc1"
    std::uint32_t pending = 0;        // waiting events of its own; 0: no separate limit
};

struct output_settings : instance_settings {
    bool required = false;
    std::uint32_t pending = 0;
    config::when_full when_full = config::when_full::drop_newest;
    late_policy late = late_policy::send;
    std::int64_t late_limit_ns = 0;
    late_origin late_from = late_origin::arrival;
    std::int64_t stall_limit_ns = 0;
    std::int64_t max_note_ns = 0; // 0: a note may sound for ever
    bool is_precise = false;      // precision = "spin"
};

struct route_settings {
    std::vector<std::uint16_t> inputs; // indices, each once, in the order written
    std::string address;               // a valid pattern, or "*": every event, including MIDI
    std::vector<std::uint16_t> outputs;
    flow::event_filter match;            // the rest of `match`
    std::optional<flow::translation> as; // none: the event is unchanged
    flow::rate_gate_settings gate;       // throttle and dedupe
    position where;
};

struct settings {
    std::string name;
    time_settings time;
    limit_settings limits;
    safety_settings safety;
    metrics_settings metrics;
    control_settings control;
    log_settings log;
    std::vector<input_settings> inputs;
    std::vector<output_settings> outputs;
    std::vector<route_settings> routes;
};

// Whether a route names it, by its number. Unneeded outputs are not opened.
[[nodiscard]] bool is_output_needed(const settings& all, std::uint16_t index);
// The same; if a panic address is set, all inputs are needed: a panic needs no route.
[[nodiscard]] bool is_input_needed(const settings& all, std::uint16_t index);

} // namespace tactus::config
