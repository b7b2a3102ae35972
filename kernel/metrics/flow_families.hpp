// SPDX-License-Identifier: MIT
// The part of the metric set that shows the way of an event: inputs, outputs, routes. Only for the
// table in families.cpp.
#pragma once

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/series.hpp"

#include <cstddef>
#include <string>

namespace tactus::metrics {

inline constexpr auto counter = metric_kind::counter;
inline constexpr auto gauge = metric_kind::gauge;
inline constexpr auto histogram = metric_kind::histogram;

inline constexpr family input_families[] = {
    // Ledger of an input: received = rejected + unrouted + routed.
    {"tactus_input_messages_received_total", counter,
     "Messages read from an input transport, before access rules and routing.",
     [](const snapshot& from, series_sink& into) {
         each_input(from, into, [](const input_row& row) { return row.flow.ledger.received; });
     }},
    {"tactus_input_messages_rejected_total", counter,
     "Messages refused at an input; a refused message never reaches the queue.",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             add_reasons(into, {"input", row.name}, "reason", flow::rejected_names,
                         row.flow.ledger.rejected_by);
         }
     }},
    {"tactus_input_messages_unrouted_total", counter,
     "Accepted messages that went to no output: no route takes the address, or the match filters "
     "it out, or no output has the name that it asks for.",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             add_reasons(into, {"input", row.name}, "reason", flow::unrouted_names,
                         row.flow.ledger.unrouted_by);
         }
     }},
    {"tactus_input_messages_routed_total", counter,
     "Accepted messages of which at least one delivery was made.",
     [](const snapshot& from, series_sink& into) {
         each_input(from, into, [](const input_row& row) { return row.flow.ledger.routed; });
     }},
    {"tactus_input_messages_late_on_arrival_total", counter,
     "Accepted messages whose due time had already passed when they arrived.",
     [](const snapshot& from, series_sink& into) {
         each_input(from, into,
                    [](const input_row& row) { return row.flow.ledger.late_on_arrival; });
     }},
    {"tactus_input_lead_time_seconds", histogram, "Due time minus arrival time of timed messages.",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             into.add({{"input", row.name}}, row.flow.lead, flow::lead_bounds_ns);
         }
     }},
    {"tactus_input_clock_offset_seconds", gauge,
     "How far this machine's clock is ahead of the sender's that an input follows.",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             if (row.flow.clock_offset_ns.has_value()) {
                 into.add({{"input", row.name}}, seconds(*row.flow.clock_offset_ns));
             }
         }
     }},
    {"tactus_input_up", gauge,
     "1 while the input takes events in: it runs, and a port that it listens to is there. Not "
     "exported for inputs that no route names.",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             if (row.is_needed) {
                 into.add({{"input", row.name}}, row.is_up ? 1 : 0);
             }
         }
     }},
    {"tactus_input_ports", gauge,
     "Ports and peers of an input that are connected (up), and that are known and not (down).",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             add_states(into, {"input", row.name}, row.ports);
         }
     }},
    {"tactus_input_muted", gauge, "1 while the operator has muted the input.",
     [](const snapshot& from, series_sink& into) {
         each_input(from, into, [](const input_row& row) { return row.is_muted; });
     }},
    // The inputs that occupy the queue: the sum is that of the outputs, except for events made by
    // the kernel and those held by a driver's thread.
    {"tactus_input_pending", gauge,
     "Deliveries of an input that are scheduled, in all outputs together.",
     [](const snapshot& from, series_sink& into) {
         each_input(from, into, [](const input_row& row) { return row.flow.pending; });
     }},
    // Only for inputs whose transport has connections.
    {"tactus_input_connections", gauge, "Connections open on an input.",
     [](const snapshot& from, series_sink& into) {
         each_connected(from, into, [](const input_row& row) { return row.connections.open; });
     }},
    {"tactus_input_connections_accepted_total", counter, "Connections taken.",
     [](const snapshot& from, series_sink& into) {
         each_connected(from, into, [](const input_row& row) { return row.connections.accepted; });
     }},
    {"tactus_input_connections_rejected_total", counter,
     "Connections refused, or ended because they broke a limit.",
     [](const snapshot& from, series_sink& into) {
         for (const input_row& row : from.inputs) {
             for (std::size_t i = 0; row.has_connections && i < base::refused_names.size(); ++i) {
                 into.add({{"input", row.name}, {"reason", base::refused_names[i]}},
                          number(row.connections.refused_by[i]));
             }
         }
     }},
};

inline constexpr family output_families[] = {
    // Ledger of an output: accepted = sent + dropped + pending.
    {"tactus_deliveries_accepted_total", counter,
     "Deliveries put in the schedule, one for each message and output.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             add_reasons(into, {"output", row.name}, "origin", flow::origin_names,
                         row.flow.ledger.accepted_by);
         }
     }},
    {"tactus_deliveries_sent_total", counter,
     "Deliveries handed to the output driver without error.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.flow.ledger.sent; });
     }},
    {"tactus_deliveries_dropped_total", counter, "Deliveries given up.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             add_reasons(into, {"output", row.name}, "reason", flow::dropped_names,
                         row.flow.ledger.dropped_by);
         }
     }},
    {"tactus_deliveries_pending", gauge, "Deliveries scheduled and not yet sent or dropped.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.flow.pending; });
     }},
    {"tactus_deliveries_unaccounted", gauge,
     "Accepted minus sent, dropped and pending; anything but 0 is a bug in this daemon.",
     [](const snapshot& from, series_sink& into) { into.add({}, sum_unaccounted(from)); }},
    // Relative to the later of the two: otherwise a late sender would distort our own figure.
    {"tactus_dispatch_lateness_seconds", histogram,
     "Hand-off to the output driver minus the later of due time and arrival time.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             into.add({{"output", row.name}}, row.flow.lateness, base::lateness_bounds_ns);
         }
     }},

    {"tactus_output_deadline_misses_total", counter,
     "Deliveries sent later than [time] miss_limit, after the later of due time and arrival time.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.flow.ledger.missed; });
     }},
    {"tactus_output_send_duration_seconds", histogram,
     "Time spent inside the output driver for one delivery.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             into.add({{"output", row.name}}, row.flow.send_duration, base::lateness_bounds_ns);
         }
     }},
    // Headroom: an alert compares pending with capacity.
    {"tactus_queue_capacity", gauge, "Most pending deliveries allowed.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.flow.capacity; });
     }},
    {"tactus_queue_memory_bytes", gauge,
     "Memory of what is scheduled, and of what was cancelled and is not yet tidied up.",
     [](const snapshot& from, series_sink& into) {
         into.add({}, number(from.queue_memory_bytes));
     }},
    {"tactus_queue_memory_max_bytes", gauge, "Most memory allowed for that.",
     [](const snapshot& from, series_sink& into) {
         into.add({}, number(from.queue_memory_max_bytes));
     }},
    {"tactus_queue_high_watermark", gauge, "Most pending deliveries seen.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.flow.high_watermark; });
     }},
    {"tactus_queue_horizon_seconds", gauge, "Due time of the furthest pending delivery minus now.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into,
                     [](const output_row& row) { return seconds(row.flow.horizon_ns); });
     }},
    {"tactus_output_up", gauge,
     "1 while all its ports and peers are connected; with required = \"any\", while one is. Not "
     "exported for outputs that no route names.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             if (row.is_needed) {
                 into.add({{"output", row.name}}, row.is_up ? 1 : 0);
             }
         }
     }},
    {"tactus_output_ports", gauge,
     "Ports and peers of an output that are connected (up), and that are known and not (down); "
     "not peers that events name themselves.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             add_states(into, {"output", row.name}, row.count_ports());
         }
     }},
    {"tactus_output_muted", gauge, "1 while the operator has muted the output.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.is_muted; });
     }},
    {"tactus_output_port_up", gauge,
     "1 when that port or peer of an output is connected; not of peers that events name "
     "themselves.",
     [](const snapshot& from, series_sink& into) {
         each_port(from, [&](const output_row& of, const port_row& port) {
             into.add({{"output", of.name}, {"port", port.name}}, port.is_up ? 1 : 0);
         });
     }},
    {"tactus_output_port_connects_total", counter,
     "Attempts to connect that port or peer of an output.",
     [](const snapshot& from, series_sink& into) {
         each_port(from, [&](const output_row& of, const port_row& port) {
             into.add({{"output", of.name}, {"port", port.name}, {"result", "ok"}},
                      number(port.connects_ok));
             into.add({{"output", of.name}, {"port", port.name}, {"result", "failed"}},
                      number(port.connects_failed));
         });
     }},
    {"tactus_output_connects_total", counter,
     "Attempts to open or re-open an output, or a port or peer of it.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             into.add({{"output", row.name}, {"result", "ok"}}, number(row.connects_ok));
             into.add({{"output", row.name}, {"result", "failed"}}, number(row.connects_failed));
         }
     }},
    {"tactus_output_notes_sounding", gauge, "MIDI notes switched on and not yet off.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) { return row.flow.notes_sounding; });
     }},
    {"tactus_output_silenced_total", counter, "Times sounding notes were switched off.",
     [](const snapshot& from, series_sink& into) {
         for (const output_row& row : from.outputs) {
             add_reasons(into, {"output", row.name}, "cause", flow::silence_cause_names,
                         row.flow.ledger.silenced_by);
         }
     }},
    {"tactus_output_restored_total", counter,
     "Messages that gave a MIDI device that came back its settings again.",
     [](const snapshot& from, series_sink& into) {
         each_output(from, into, [](const output_row& row) {
             return number(row.flow.ledger.accepted_by.of(flow::origin::restore));
         });
     }},
};

inline constexpr family route_families[] = {
    // There may be a thousand routes.
    {"tactus_route_events_total", counter,
     "Messages whose address a route takes, by what became of them at its outputs.",
     [](const snapshot& from, series_sink& into) {
         for (const route_row& row : from.routes) {
             add_results(into, row);
         }
     }},
    {"tactus_route_deadline_misses_total", counter,
     "Deliveries by that route that an output sent later than [time] miss_limit.",
     [](const snapshot& from, series_sink& into) {
         each(into, "route", from.routes, [](const route_row& row) { return row.misses; });
     }},
    // Only routes that were ever muted.
    {"tactus_route_mutes_total", counter,
     "Times a route was muted for a second, as an event went round by way of it; with the line of "
     "the file in which the route begins.",
     [](const snapshot& from, series_sink& into) {
         each_muted_route(from, into, [](const route_row& row) { return row.mutes; });
     }},
    {"tactus_route_muted", gauge,
     "1 while the operator has muted the route, which begins in that line of the file.",
     [](const snapshot& from, series_sink& into) {
         each_muted_route(from, into, [](const route_row& row) { return row.is_muted; });
     }},
};

} // namespace tactus::metrics
