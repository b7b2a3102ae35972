// SPDX-License-Identifier: MIT
#include "kernel/daemon/status.hpp"

#include "kernel/config/sections.hpp"
#include "kernel/daemon/version.hpp"

#include <string>
#include <utility>

namespace tactus::daemon {
namespace {

metrics::plugin_state state_of(const host::supervisor& one) {
    switch (one.current()) {
    case host::state::idle:
        return metrics::plugin_state::loaded;
    case host::state::running:
        return one.shortfall().empty() ? metrics::plugin_state::running
                                       : metrics::plugin_state::degraded;
    case host::state::degraded:
        return metrics::plugin_state::degraded;
    case host::state::stopping:
    case host::state::stopped:
        break;
    }
    return metrics::plugin_state::stopped;
}

void add_plugin(metrics::snapshot& into, const host::supervisor& from) {
    const std::string& name = from.what().who.name;
    const host::supervisor_totals totals = from.totals();
    into.plugins.push_back({name, state_of(from), totals.stalls, totals.restarts, totals.blocked});
    if (from.present() == nullptr) {
        return;
    }
    from.present()->resources().metrics().for_each([&](const host::plugin_metrics::series& each) {
        into.plugin_metrics.push_back({name,
                                       each.name,
                                       each.help,
                                       each.kind == TACTUS_METRIC_COUNTER,
                                       each.value.load(std::memory_order_relaxed),
                                       each.label,
                                       each.label_value,
                                       {}});
        if (each.durations != nullptr) {
            into.plugin_metrics.back().durations = each.durations->take_snapshot();
        }
    });
}

} // namespace

metrics::snapshot status::take_snapshot() {
    const config::settings& settings = from_.settings;
    metrics::snapshot taken;
    taken.build = {version, revision, compiler, "0." + std::to_string(TACTUS_ABI_MINOR)};
    taken.name = settings.name;
    taken.is_ready = take_readiness().is_ready;
    for (std::size_t i = 0; i < from_.inputs.size(); ++i) {
        add_input(taken, i);
    }
    for (std::size_t i = 0; i < from_.outputs.size(); ++i) {
        add_output(taken, i);
    }
    for (std::size_t i = 0; i < settings.routes.size(); ++i) {
        const auto route = static_cast<std::uint16_t>(i);
        taken.routes.push_back({config::route_name(settings, i), settings.routes[i].where.line,
                                from_.fan_out.counts(route), from_.fan_out.mutes(route)});
    }
    const loop::loop::statistics turned = from_.loop.read_statistics();
    taken.loop = {turned.lag, turned.idle_ns, turned.iterations};
    taken.unanswered_by = from_.pages.unanswered();
    const time::clock& clock = from_.loop.clock();
    taken.clock = {from_.timebase.steps_forward(), from_.timebase.steps_backward(),
                   clock.unix_ns() - clock.now_ns() - from_.timebase.offset_ns()};
    taken.config = {loaded_unix_ns_};
    taken.queue_memory_bytes = from_.dispatcher.queue().events().memory();
    taken.queue_memory_max_bytes = settings.limits.memory_bytes;
    taken.is_realtime = is_realtime_;
    taken.is_memory_locked = is_memory_locked_;
    const base::log_counts lines = from_.log.counts();
    taken.log.written = lines.written;
    taken.log.suppressed = lines.suppressed + lines.lost;
    return taken;
}

void status::add_input(metrics::snapshot& into, std::size_t index) const {
    const config::input_settings& settings = from_.settings.inputs[index];
    const host::supervisor& of = from_.inputs.at(index);
    into.inputs.push_back({settings.name,
                           from_.ingress.take_snapshot(static_cast<std::uint16_t>(index)),
                           config::uses_streams(*settings.descriptor), of.totals().connections,
                           of.is_up(), of.what().is_needed});
    add_plugin(into, of);
}

void status::add_output(metrics::snapshot& into, std::size_t index) {
    const auto number = static_cast<std::uint16_t>(index);
    const host::supervisor& of = from_.outputs.at(index);
    metrics::output_row row;
    row.name = from_.settings.outputs[index].name;
    row.flow = from_.dispatcher.account().take_snapshot(number);
    const flow::port_set& ports = from_.dispatcher.outputs().at(number).ports;
    row.connects_ok = ports.ups();
    row.connects_failed = of.totals().failures + ports.failures();
    row.is_needed = of.what().is_needed;
    ports.for_each([&row](const flow::port_set::entry& each) {
        if (each.is_counted()) {
            row.ports.push_back({each.key, each.is_up, each.ups, each.failures});
        }
    });
    into.outputs.push_back(std::move(row));
    add_plugin(into, of);
}

// Ready: dispatching, every input is up, and every output with all its peers; except those that the
// configuration does not require, and those that no route names.
metrics::readiness status::take_readiness() const {
    metrics::readiness now;
    if (phase_ != phase::running) {
        now.missing.push_back(
            {"daemon", phase_ == phase::stopping ? "It is stopping." : "It is starting."});
    }
    const auto add_shortfall = [&now](const host::supervisor& of, bool is_missing) {
        if (std::string why = of.shortfall(); !why.empty()) {
            (is_missing ? now.missing : now.impaired)
                .push_back({of.what().who.name, std::move(why)});
        }
    };
    for (std::size_t i = 0; has_started_ && i < from_.inputs.size(); ++i) {
        const host::supervisor& of = from_.inputs.at(i);
        add_shortfall(of, from_.settings.inputs[i].required && !of.is_up());
    }
    for (std::size_t i = 0; i < from_.outputs.size(); ++i) {
        add_shortfall(from_.outputs.at(i), from_.settings.outputs[i].required);
    }
    now.is_ready = now.missing.empty();
    return now;
}

} // namespace tactus::daemon
