// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/status_page_source.hpp"

#include "kernel/daemon/process/version.hpp"
#include "kernel/metrics/page/cures.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace tactus::daemon {
namespace {

using metrics::page::loss_kind;
using metrics::page::view;

constexpr std::array<std::string_view, 3> phase_names = {"starting", "running", "stopping"};

// Moments of the host clock as wall time.
class wall_time {
public:
    explicit wall_time(const time::clock& clock) noexcept
        : offset_ns_(clock.unix_ns() - clock.now_ns()) {}
    [[nodiscard]] std::int64_t of(std::int64_t host_ns) const noexcept {
        return host_ns == 0 ? 0 : host_ns + offset_ns_;
    }

private:
    std::int64_t offset_ns_;
};

std::vector<metrics::page::outage> outages(const std::vector<metrics::missing_part>& of,
                                           const wall_time& wall) {
    std::vector<metrics::page::outage> made;
    for (const metrics::missing_part& each : of) {
        made.push_back({each.name, each.why, wall.of(each.since_ns)});
    }
    return made;
}

// A line for each reason that has ever occurred.
template <class Reason, std::size_t N>
void add_losses(view& into, loss_kind kind, const std::string& name,
                const flow::counts_by<Reason, N>& ever, const flow::counts_by<Reason, N>& lately,
                const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i) {
        const auto reason = static_cast<Reason>(i);
        if (ever.of(reason) > 0) {
            into.losses.push_back({kind, name, std::string(names[i]),
                                   std::string(metrics::page::cure_of(reason)), lately.of(reason),
                                   ever.of(reason), metrics::page::is_meant(reason)});
        }
    }
}

void add_inputs(view& into, const overview::moment& of) {
    for (std::size_t i = 0; i < of.taken.inputs.size(); ++i) {
        const metrics::input_row& row = of.taken.inputs[i];
        const input_activity& recent = of.details.inputs[i];
        metrics::page::end_line line;
        line.name = row.name;
        line.is_up = row.is_up;
        line.is_used = row.is_needed;
        line.is_muted = row.is_muted;
        line.per_s = recent.received_per_s;
        line.total = row.flow.ledger.received;
        into.inputs.push_back(std::move(line));
        add_losses(into, loss_kind::refused, row.name, row.flow.ledger.rejected_by,
                   recent.rejected_by, flow::rejected_names);
        add_losses(into, loss_kind::unrouted, row.name, row.flow.ledger.unrouted_by,
                   recent.unrouted_by, flow::unrouted_names);
    }
}

void add_outputs(view& into, const overview::moment& of, const wall_time& wall) {
    for (std::size_t i = 0; i < of.taken.outputs.size(); ++i) {
        const metrics::output_row& row = of.taken.outputs[i];
        const output_activity& recent = of.details.outputs[i];
        metrics::page::end_line line;
        line.name = row.name;
        line.is_up = row.flow.is_up;
        line.is_used = row.is_needed;
        line.is_muted = row.is_muted;
        line.per_s = recent.sent_per_s;
        line.total = row.flow.ledger.sent;
        line.pending = row.flow.pending;
        line.sounding = row.flow.notes_sounding;
        line.late = recent.lateness;
        for (const metrics::port_row& each : row.ports) {
            line.ports.push_back({each.name, each.is_up, wall.of(each.down_since_ns)});
        }
        into.outputs.push_back(std::move(line));
        add_losses(into, loss_kind::dropped, row.name, row.flow.ledger.dropped_by,
                   recent.dropped_by, flow::dropped_names);
    }
}

// Which of the rows have these numbers in the flow.
template <class Rows>
std::vector<std::size_t> rows_of(const std::vector<std::uint16_t>& numbers, const Rows& rows) {
    std::vector<std::size_t> found;
    for (const std::uint16_t number : numbers) {
        const auto at = std::find_if(rows.begin(), rows.end(),
                                     [number](const auto& row) { return row.number == number; });
        if (at != rows.end()) {
            found.push_back(static_cast<std::size_t>(at - rows.begin()));
        }
    }
    return found;
}

void add_routes(view& into, const overview::moment& of, const config::settings& settings) {
    for (std::size_t i = 0; i < of.taken.routes.size(); ++i) {
        const config::route_settings& route = settings.routes[i];
        into.routes.push_back({of.taken.routes[i].name, rows_of(route.inputs, of.taken.inputs),
                               rows_of(route.outputs, of.taken.outputs), of.details.routes_per_s[i],
                               of.taken.routes[i].is_muted});
    }
}

} // namespace

view make_view(const overview::moment& of, const config::settings& settings, phase now,
               const time::clock& clock) {
    const wall_time wall(clock);
    view made;
    made.name = of.taken.name;
    made.version = of.taken.build.version;
    made.state = phase_names[static_cast<std::size_t>(now)];
    made.is_ready = of.ready.is_ready;
    made.now_unix_ns = of.details.now_unix_ns;
    made.started_unix_ns = of.details.started_unix_ns;
    made.config_paths.assign(of.details.config_paths.begin(), of.details.config_paths.end());
    made.config_stamps = of.config_stamps;
    made.config_unix_ns = of.taken.config.loaded_unix_ns;
    const metrics::reload_row& reloads = of.taken.config.reloads;
    made.reload = {reloads.last_unix_ns != 0, reloads.last_unix_ns, reloads.refusal};
    made.missing = outages(of.ready.missing, wall);
    made.impaired = outages(of.ready.impaired, wall);
    add_inputs(made, of);
    add_outputs(made, of, wall);
    add_routes(made, of, settings);
    return made;
}

view status_page_source::take_view() {
    const overview::moment now = from_.take();
    view made = make_view(now, from_.settings(), from_.current(), from_.clock());
    made.build = build();
    made.has_tap = has_tap();
    return made;
}

void status_page_source::complete(metrics::page::view& taken) const {
    taken.has_config_changed = have_changed(taken.config_paths, taken.config_stamps);
}

std::string status_page_source::build() const {
    return std::string(version) + "-" + revision;
}

} // namespace tactus::daemon
