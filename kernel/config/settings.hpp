// SPDX-License-Identifier: MIT
// A configuration that passed every check: plain values, no TOML, and every default filled in. The
// daemon builds from it.
#pragma once

#include "kernel/base/log_line.hpp"
#include "kernel/config/endpoint.hpp"
#include "kernel/config/schema/values.hpp"
#include "kernel/flow/limits.hpp"
#include "kernel/flow/output_policy.hpp"
#include "kernel/flow/route/rate_gate.hpp"
#include "kernel/flow/route/translate/event_filter.hpp"
#include "kernel/flow/route/translate/translation.hpp"

#include <cstdint>
#include <optional>
#include <span>
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
    std::int64_t miss_limit_ns = 0;
    std::int64_t handover_ns = 0;
    bool wants_realtime = false;
    double spin_budget = 0; // share of one processor

    friend bool operator==(const time_settings&, const time_settings&) = default;
};

struct limit_settings {
    std::uint32_t pending = 0;
    std::uint64_t memory_bytes = 0;
    config::when_full when_full = config::when_full::drop_newest;

    friend bool operator==(const limit_settings&, const limit_settings&) = default;
};

struct safety_settings {
    bool silence_on_stop = false;
    bool silence_on_disconnect = false;
    std::string panic_address;    // empty: none
    std::string state = "auto";   // or "off", or a path: where it is kept what sounds
    std::int64_t max_note_ns = 0; // 0: a note may sound for ever
    std::int64_t flush_limit_ns = 0;
    double circle_rate_per_s = 0; // 0: no circle detection

    friend bool operator==(const safety_settings&, const safety_settings&) = default;
};

struct metrics_settings {
    bool enabled = false;
    endpoint listen;
    std::vector<std::string> allowed_hosts;

    friend bool operator==(const metrics_settings&, const metrics_settings&) = default;
};

// The sockets over which the daemon is asked and told things.
struct control_settings {
    bool enabled = false;
    std::string group;        // of control.sock; empty: the process's own
    std::string status_group; // of status.sock

    friend bool operator==(const control_settings&, const control_settings&) = default;
};

struct log_settings {
    log_level level = log_level::info;
    log_format format = log_format::text;

    friend bool operator==(const log_settings&, const log_settings&) = default;
};

// For the connections of an instance, if it has any.
struct stream_settings {
    std::uint32_t connections_max = 0;
    std::uint64_t buffer_max = 0;
    std::int64_t idle_timeout_ns = 0;

    friend bool operator==(const stream_settings&, const stream_settings&) = default;
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

    // After a reload: the number belongs to no input or output of the file (renumber). Every
    // instance of a file has a name.
    [[nodiscard]] bool is_vacant() const noexcept { return name.empty(); }
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
    bool is_any_enough = false; // required = "any": up with any of its ports
    bool restores = false;      // restore = true
    std::uint32_t pending = 0;
    config::when_full when_full = config::when_full::drop_newest;
    late_policy late = late_policy::send;
    std::int64_t late_limit_ns = 0;
    late_origin late_from = late_origin::arrival;
    std::int64_t stall_limit_ns = 0;
    std::int64_t max_note_ns = 0; // 0: a note may sound for ever
    bool is_precise = false;      // precision = "spin"
    std::string text;             // its table as TOML without the name; the first line is the type
};

struct route_settings {
    std::string name;                  // empty: it has none of its own; see route_name()
    std::uint16_t id = 0;              // a reload finds it again by that; at first its place
    std::vector<std::uint16_t> inputs; // indices, each once, in the order written
    std::string address;               // a valid pattern, or "*": every event, including MIDI
    std::vector<std::uint16_t> outputs;
    flow::event_filter match;            // the rest of `match`
    std::optional<flow::translation> as; // none: the event is unchanged
    flow::rate_gate_settings gate;       // throttle and dedupe
    position where;
    std::string text; // its table as it was read, in a form of its own: equal for equal routes
    // The same of `address`, `match` and `as`: which events it takes, and what it makes of them.
    std::string takes;
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

// Gives the inputs and outputs other numbers, in the routes too: entry i of `inputs` and `outputs`
// is the new number of the one that has number i now. Numbers that are not in the lists become
// vacant. Bounds: each list has an entry for each instance, and no number twice.
void renumber(settings& all, std::span<const std::uint16_t> inputs,
              std::span<const std::uint16_t> outputs);

// The route's own name, or "route 3" for the third of the file.
[[nodiscard]] std::string route_name(const settings& all, std::size_t index);

// Whether a route names it, by its number. Unneeded outputs are not opened.
[[nodiscard]] bool is_output_needed(const settings& all, std::uint16_t index);
// The same; if a panic address is set, all inputs are needed: a panic needs no route.
[[nodiscard]] bool is_input_needed(const settings& all, std::uint16_t index);

} // namespace tactus::config
