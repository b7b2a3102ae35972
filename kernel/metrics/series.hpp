// SPDX-License-Identifier: MIT
// How rows of a snapshot become series: only for the table in families.cpp.
#pragma once

#include "kernel/metrics/families.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace tactus::metrics {

inline double number(std::uint64_t value) noexcept {
    return static_cast<double>(value);
}

template <class Ns>
double seconds(Ns ns) noexcept {
    return static_cast<double>(ns) / 1e9;
}

template <class Figure>
void add_if_known(series_sink& into, const std::optional<Figure>& figure) {
    if (figure.has_value()) {
        into.add({}, static_cast<double>(*figure));
    }
}

// One series per input or output, of a number.
template <class Rows, class Read>
void each(series_sink& into, std::string_view label_name, const Rows& rows, Read read) {
    for (const auto& row : rows) {
        into.add({{label_name, row.name}}, static_cast<double>(read(row)));
    }
}
template <class Read>
void each_input(const snapshot& from, series_sink& into, Read read) {
    each(into, "input", from.inputs, read);
}
template <class Read>
void each_connected(const snapshot& from, series_sink& into, Read read) {
    for (const input_row& row : from.inputs) {
        if (row.has_connections) {
            into.add({{"input", row.name}}, number(read(row)));
        }
    }
}
template <class Read>
void each_output(const snapshot& from, series_sink& into, Read read) {
    each(into, "output", from.outputs, read);
}

inline void add_states(series_sink& into, const label& owner, const port_counts& ports) {
    into.add({owner, {"state", "up"}}, number(ports.up));
    into.add({owner, {"state", "down"}}, number(ports.down));
}

// The first ports_shown_max, in the order of the outputs.
template <class Visit>
void each_port(const snapshot& from, Visit visit) {
    std::size_t shown = 0;
    for (const output_row& row : from.outputs) {
        for (const port_row& port : row.ports) {
            if (++shown > ports_shown_max) {
                return;
            }
            visit(row, port);
        }
    }
}

inline std::uint64_t omitted_ports(const snapshot& from) noexcept {
    std::size_t all = 0;
    for (const output_row& row : from.outputs) {
        all += row.ports.size();
    }
    return all > ports_shown_max ? all - ports_shown_max : 0;
}

// If there is none, a 0 is shown.
template <class Read>
void each_muted_route(const snapshot& from, series_sink& into, Read read) {
    bool is_any = false;
    for (const route_row& row : from.routes) {
        if (row.mutes > 0 || row.is_muted) {
            into.add({{"route", row.name}, {"line", std::to_string(row.line)}},
                     static_cast<double>(read(row)));
            is_any = true;
        }
    }
    if (!is_any) {
        into.add({}, 0);
    }
}

// One series per output and reason, of a closed set.
template <class Reason, std::size_t N>
void add_reasons(series_sink& into, const label& owner, std::string_view label_name,
                 const std::array<std::string_view, N>& names,
                 const flow::counts_by<Reason, N>& counts) {
    for (std::size_t i = 0; i < N; ++i) {
        into.add({owner, {label_name, names[i]}}, number(counts.of(static_cast<Reason>(i))));
    }
}

// Absolute values, so that two errors cannot cancel out.
[[nodiscard]] inline double sum_unaccounted(const snapshot& from) noexcept {
    std::int64_t sum = 0;
    for (const output_row& row : from.outputs) {
        sum += std::abs(row.flow.ledger.unaccounted(row.flow.pending));
    }
    return static_cast<double>(sum);
}

// Results that never occurred are left out, except the first.
inline void add_results(series_sink& into, const route_row& row) {
    for (std::size_t i = 0; i < flow::route_result_names.size(); ++i) {
        const std::uint64_t count = row.events.of(static_cast<flow::route_result>(i));
        if (i == 0 || count > 0) {
            into.add({{"route", row.name}, {"result", flow::route_result_names[i]}}, number(count));
        }
    }
}

} // namespace tactus::metrics
