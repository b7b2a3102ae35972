// SPDX-License-Identifier: MIT
// A snapshot in which everything is there and no two numbers are alike by chance, and what a scrape
// says about a series.
#pragma once

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tactus::testing {

inline base::histogram::snapshot record_each(std::span<const std::int64_t> bounds_ns) {
    base::histogram recorded(bounds_ns);
    for (const std::int64_t bound_ns : bounds_ns) {
        recorded.record(bound_ns);
    }
    recorded.record(bounds_ns.back() + 1);
    return recorded.take_snapshot();
}

inline metrics::output_row full_output(std::string name) {
    metrics::output_row row;
    row.name = std::move(name);
    flow::output_ledger& ledger = row.flow.ledger;
    ledger.accepted_by.add(flow::origin::route, 90);
    ledger.accepted_by.add(flow::origin::panic, 10);
    ledger.sent = 80;
    ledger.dropped_by.add(flow::dropped::queue_full, 7);
    ledger.dropped_by.add(flow::dropped::too_late, 3);
    ledger.silenced_by.add(flow::silence_cause::stop, 1);
    row.flow.pending = 10;
    row.flow.capacity = 65'536;
    row.flow.high_watermark = 44;
    row.flow.horizon_ns = 2'500'000'000;
    row.flow.notes_sounding = 3;
    row.flow.is_up = true;
    row.is_up = true;
    row.flow.lateness = record_each(base::lateness_bounds_ns);
    row.flow.send_duration = record_each(base::lateness_bounds_ns);
    row.connects_ok = 2;
    row.connects_failed = 5;
    row.ports = {{"tcp://10.0.0.7:9000", true, 2, 1}, {"tcp://10.0.0.8:9000", false, 0, 4}};
    return row;
}

inline metrics::input_row full_input(std::string name) {
    metrics::input_row row;
    row.name = std::move(name);
    flow::input_ledger& ledger = row.flow.ledger;
    ledger.received = 100;
    ledger.rejected_by.add(flow::rejected::malformed, 4);
    ledger.unrouted_by.add(flow::unrouted::no_route, 3);
    ledger.unrouted_by.add(flow::unrouted::filtered, 2);
    ledger.unrouted_by.add(flow::unrouted::unknown_port, 1);
    ledger.routed = 90;
    ledger.late_on_arrival = 9;
    row.flow.lead = record_each(flow::lead_bounds_ns);
    row.flow.clock_offset_ns = -3'000'000'000;
    row.flow.pending = 17;
    row.has_connections = true;
    row.connections.open = 12;
    row.connections.accepted = 40;
    row.connections.refuse(base::refused::origin);
    return row;
}

inline metrics::snapshot full_snapshot() {
    metrics::snapshot full;
    full.routes = {{"route 1", 12, {}, 0, false}};
    full.build = {"0.1.0", "abc1234", "gcc 12.2.0", "0"};
    full.is_ready = true;
    full.queue_memory_bytes = 1'440'000;
    full.queue_memory_max_bytes = 67'108'864;
    full.inputs = {full_input("desk"), full_input("foyer-page")};
    full.outputs = {full_output("organ"), full_output("lights")};
    full.plugins = {{"desk", metrics::plugin_state::running, 0, 0},
                    {"organ", metrics::plugin_state::degraded, 2, 1}};
    full.plugin_metrics = {{"desk", "datagrams_total", "Datagrams read.", true, 123},
                           {"foyer-page", "datagrams_total", "Datagrams read.", true, 7},
                           {"organ", "ring_bytes", "Bytes in the ring.", false, -1}};
    full.loop.lag = record_each(base::lateness_bounds_ns);
    full.loop.idle_ns = 12'500'000'000;
    full.loop.iterations = 4711;
    full.clock = {1, 2, -3'000'000};
    full.config = {1'700'000'000'000'000'000};
    full.log.written = {1, 20, 3, 4};
    full.log.suppressed = 5;
    full.unanswered_by.add(metrics::unanswered::host, 3);
    full.process = {1.5, 1'700'000'000.25, 20'000'000, 17, 1024, metrics::thread_seconds{}};
    full.scrapes = 8;
    return full;
}

// The value behind "name{labels}" in the text of a scrape; nothing where there is no such series.
inline std::optional<double> value_of(std::string_view scrape, std::string_view series) {
    const std::string line_start = "\n" + std::string(series) + " ";
    const std::size_t at = scrape.find(line_start);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    return std::stod(std::string(scrape.substr(at + line_start.size(), 32)));
}

} // namespace tactus::testing
