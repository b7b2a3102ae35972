// SPDX-License-Identifier: MIT
// All that the status page shows, as plain values: one moment of the daemon, copied on the loop
// thread and drawn on another. Texts are as they are; render.hpp escapes them. Threads: any.
#pragma once

#include "kernel/base/file_stamp.hpp"
#include "kernel/base/histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tactus::metrics::page {

// Something is not there: an input, an output, the daemon itself.
struct outage {
    std::string name;
    std::string why;
    std::int64_t since_unix_ns = 0; // 0: unknown
};

struct port_line {
    std::string name;
    bool is_up = false;
    std::int64_t since_unix_ns = 0; // when it went; 0: unknown, or it is up
};

// An input or an output.
struct end_line {
    std::string name;
    bool is_up = false;
    bool is_used = true; // a route names it; otherwise it is neither up nor down
    bool is_muted = false;
    double per_s = 0;        // received by an input, sent by an output
    std::uint64_t total = 0; // likewise, since the start
    std::uint64_t pending = 0;
    std::uint64_t sounding = 0;          // notes, of an output
    std::vector<port_line> ports = {};   // of an output
    base::histogram::snapshot late = {}; // of an output, in the last minute
};

struct route_line {
    std::string name;
    std::vector<std::size_t> from; // of `inputs`
    std::vector<std::size_t> to;   // of `outputs`
    double per_s = 0;              // delivered
    bool is_muted = false;
};

enum class loss_kind : std::uint8_t { refused, unrouted, dropped };

// Events of one input or output that got no further, for one reason.
struct loss_line {
    loss_kind kind = loss_kind::dropped;
    std::string name; // of the input or output
    std::string reason;
    std::string cure;
    std::uint64_t lately = 0; // in the last minute
    std::uint64_t total = 0;
    bool is_meant = false; // by the configuration or a client
};

struct reload_line {
    bool is_any = false;
    std::int64_t at_unix_ns = 0;
    std::string refusal; // empty: it was taken
};

struct view {
    std::string name;
    std::string version;
    std::string build; // tells this program from another of the same version
    std::string state; // "starting", "running" or "stopping"
    bool is_ready = false;
    std::int64_t now_unix_ns = 0;
    std::int64_t started_unix_ns = 0;
    std::vector<std::string> config_paths = {};
    std::vector<base::file_stamp> config_stamps = {}; // of them, as they were loaded
    std::int64_t config_unix_ns = 0;                  // when the present one was taken
    bool has_config_changed = false; // a file on disk is another; see source::complete
    reload_line reload = {};
    std::vector<outage> missing = {};  // why it is not ready
    std::vector<outage> impaired = {}; // down, but not required
    std::vector<end_line> inputs = {};
    std::vector<route_line> routes = {};
    std::vector<end_line> outputs = {};
    std::vector<loss_line> losses = {};
    bool has_tap = false; // the tap may be opened at this address
};

} // namespace tactus::metrics::page
