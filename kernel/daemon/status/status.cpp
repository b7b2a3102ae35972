// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/status.hpp"

#include "kernel/config/schema/sections.hpp"
#include "kernel/daemon/process/version.hpp"

#include <algorithm>
#include <iterator>
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
        return metrics::plugin_state::failed;
    case host::state::stopping:
    case host::state::stopped:
        break;
    }
    return metrics::plugin_state::stopped;
}

void add_plugin(metrics::snapshot& into, const host::supervisor& from) {
    const std::string& name = from.what().who.name;
    const host::supervisor_totals totals = from.totals();
    into.plugins.push_back({name, state_of(from), totals.stalls, totals.restarts,
                            totals.calls.blocked, totals.calls.calls,
                            static_cast<double>(totals.calls.spent_ns) / 1e9});
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
    metrics::snapshot taken = take_present();
    add_removed(taken);
    return taken;
}

metrics::snapshot status::take_present() {
    const config::settings& settings = from_.settings;
    metrics::snapshot taken;
    taken.build = {version, revision, compiler, "0." + std::to_string(TACTUS_ABI_MINOR)};
    taken.name = settings.name;
    taken.is_ready = take_readiness().is_ready;
    for (std::size_t i = 0; i < from_.inputs.size(); ++i) {
        if (from_.inputs.is_there(i) && is_shown(settings.inputs[i], from_.inputs.at(i))) {
            add_input(taken, i);
        }
    }
    for (std::size_t i = 0; i < from_.outputs.size(); ++i) {
        if (from_.outputs.is_there(i) && is_shown(settings.outputs[i], from_.outputs.at(i))) {
            add_output(taken, i);
        }
    }
    const flow::route_muting& muting = from_.fan_out.muting();
    for (std::size_t i = 0; i < settings.routes.size(); ++i) {
        const auto route = static_cast<std::uint16_t>(i);
        taken.routes.push_back({config::route_name(settings, i), settings.routes[i].where.line,
                                from_.fan_out.counts(route), muting.mutes(route),
                                muting.is_muted_by_operator(route), from_.fan_out.missed(route)});
    }
    const loop::loop::statistics turned = from_.loop.read_statistics();
    taken.loop = {turned.lag, turned.idle_ns, turned.iterations};
    taken.unanswered_by = from_.pages.unanswered();
    const time::clock& clock = from_.loop.clock();
    taken.clock = {from_.timebase.steps_forward(), from_.timebase.steps_backward(),
                   clock.unix_ns() - clock.now_ns() - from_.timebase.offset_ns(), turned.suspends};
    taken.config = {loaded_unix_ns_, reloads_};
    taken.queue_memory_bytes = from_.dispatcher.queue().events().memory();
    taken.queue_memory_max_bytes = settings.limits.memory_bytes;
    taken.is_realtime = is_realtime_;
    taken.is_memory_locked = is_memory_locked_;
    const base::log_counts lines = from_.log.counts();
    taken.log.written = lines.written;
    taken.log.suppressed = lines.suppressed + lines.lost;
    return taken;
}

// Not what is about to be removed if another has its name by now: each series exists once.
bool status::is_shown(const config::instance_settings& settings, const host::supervisor& of) const {
    const auto has_name = [&of](const config::instance_settings& each) {
        return each.name == of.what().who.name;
    };
    const config::settings& all = from_.settings;
    return !settings.is_vacant() ||
           (std::none_of(all.inputs.begin(), all.inputs.end(), has_name) &&
            std::none_of(all.outputs.begin(), all.outputs.end(), has_name));
}

void status::add_input(metrics::snapshot& into, std::size_t index) const {
    const host::supervisor& of = from_.inputs.at(index);
    const flow::inlet& inlet = from_.ingress.at(static_cast<std::uint16_t>(index));
    metrics::port_counts ports;
    inlet.from.ports.for_each([&ports](const flow::port_table::entry& each) {
        if (each.is_counted()) {
            ports.add(each.is_up);
        }
    });
    into.inputs.push_back(
        {of.what().who.name, from_.ingress.take_snapshot(static_cast<std::uint16_t>(index)),
         config::uses_streams(*of.what().descriptor), of.totals().connections, of.is_up(),
         of.what().is_needed, inlet.is_muted, static_cast<std::uint16_t>(index), ports});
    add_plugin(into, of);
}

void status::add_output(metrics::snapshot& into, std::size_t index) {
    const auto number = static_cast<std::uint16_t>(index);
    const host::supervisor& of = from_.outputs.at(index);
    metrics::output_row row;
    row.name = of.what().who.name;
    row.number = number;
    row.flow = from_.dispatcher.account().take_snapshot(number);
    const flow::port_table& ports = from_.dispatcher.outputs().at(number).ports;
    row.connects_ok = ports.ups();
    row.connects_failed = of.totals().failures + ports.failures();
    row.is_needed = of.what().is_needed;
    row.is_muted = from_.dispatcher.mutes().has_output(number);
    ports.for_each([&, this](const flow::port_table::entry& each) {
        if (each.is_counted()) {
            row.ports.push_back({each.key, each.is_up, each.ups, each.failures,
                                 from_.downs.of_port(number, each.number)});
        }
    });
    row.is_up = row.flow.is_up && (is_any_enough_for(number) || row.count_ports().down == 0);
    into.outputs.push_back(std::move(row));
    add_plugin(into, of);
}

// Bounds: an output's number; not after a reload has removed it.
bool status::is_any_enough_for(std::uint16_t output) const {
    return from_.settings.outputs[output].is_any_enough;
}

void status::keep_last(host::role plays, std::uint16_t number) {
    if (plays == host::role::input) {
        forget_removed(from_.inputs.at(number).what().who.name);
        add_input(removed_, number);
    } else {
        forget_removed(from_.outputs.at(number).what().who.name);
        add_output(removed_, number);
    }
}

// Of that name: each series exists once. Also the first one if nobody looks at them.
void status::forget_removed(const std::string& name) {
    const auto forget = [this](const std::string& which) {
        const auto has_name = [&which](const auto& row) { return row.name == which; };
        const auto is_of = [&which](const auto& row) { return row.instance == which; };
        std::erase_if(removed_.inputs, has_name);
        std::erase_if(removed_.outputs, has_name);
        std::erase_if(removed_.plugins, is_of);
        std::erase_if(removed_.plugin_metrics, is_of);
    };
    forget(name);
    if (removed_.plugins.size() >= removed_max) {
        forget(std::string(removed_.plugins.front().instance));
    }
}

// Except what has the name of one that is there by now: each series exists once.
void status::add_removed(metrics::snapshot& into) {
    const metrics::snapshot last = std::exchange(removed_, {});
    const auto is_there = [&into](const std::string& name) {
        const auto has_name = [&name](const auto& row) { return row.name == name; };
        return std::any_of(into.inputs.begin(), into.inputs.end(), has_name) ||
               std::any_of(into.outputs.begin(), into.outputs.end(), has_name);
    };
    const auto add = [&](auto& to, const auto& from, auto name_of) {
        std::copy_if(from.begin(), from.end(), std::back_inserter(to),
                     [&](const auto& row) { return !is_there(name_of(row)); });
    };
    const auto instance = [](const auto& row) { return row.instance; };
    const auto name = [](const auto& row) { return row.name; };
    add(into.plugins, last.plugins, instance);
    add(into.plugin_metrics, last.plugin_metrics, instance);
    add(into.inputs, last.inputs, name);
    add(into.outputs, last.outputs, name);
}

// Ready: dispatching, every input is up, and every output with all its peers, or with one where any
// is enough; except the ones that the configuration does not require or that no route names.
metrics::readiness status::take_readiness() const {
    metrics::readiness now;
    if (phase_ != phase::running) {
        now.missing.push_back(
            {"daemon", phase_ == phase::stopping ? "It is stopping." : "It is starting."});
    }
    from_.downs.look();
    const auto add_shortfall = [&now](const host::supervisor& of, bool is_missing,
                                      std::int64_t since_ns) {
        if (std::string why = of.shortfall(); !why.empty()) {
            (is_missing ? now.missing : now.impaired)
                .push_back({of.what().who.name, std::move(why), since_ns});
        }
    };
    const std::vector<config::input_settings>& inputs = from_.settings.inputs;
    const std::vector<config::output_settings>& outputs = from_.settings.outputs;
    for (std::size_t i = 0; has_started_ && i < inputs.size(); ++i) {
        if (!inputs[i].is_vacant()) { // otherwise it is about to be removed
            const host::supervisor& of = from_.inputs.at(i);
            add_shortfall(of, inputs[i].required && !of.is_up(), from_.downs.of_input(i));
        }
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!outputs[i].is_vacant()) {
            const host::supervisor& of = from_.outputs.at(i);
            const bool is_enough = outputs[i].is_any_enough && of.is_up();
            add_shortfall(of, outputs[i].required && !is_enough, from_.downs.of_output(i));
        }
    }
    now.is_ready = now.missing.empty();
    return now;
}

} // namespace tactus::daemon
