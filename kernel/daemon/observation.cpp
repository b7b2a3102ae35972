// SPDX-License-Identifier: MIT
// The daemon's observable state: the snapshot for a scrape, readiness, warnings of its file, and
// messages that no output could take.
#include "kernel/codec/osc_refusal.hpp"
#include "kernel/config/endpoint.hpp"
#include "kernel/config/sections.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/daemon.hpp"
#include "kernel/daemon/version.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

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

// Throws only std::bad_alloc.
void log_one(base::log& log, const config::diagnostic& one, const std::string& file) {
    std::vector<base::log_field> with = {base::kv("file", file)};
    if (one.where.line > 0) {
        with.push_back(base::kv("line", one.where.line));
        with.push_back(base::kv("column", one.where.column));
    }
    if (!one.hint.empty()) {
        with.push_back(base::kv("hint", one.hint));
    }
    if (!one.help.empty()) {
        with.push_back(base::kv("help", one.help));
    }
    log.write(base::log_level::warning, "In the configuration: " + one.message + ".", with);
}

// allowed_hosts = ['a', 'tactus'], including those already allowed; empty if it is no host name.
std::string line_to_allow(std::string_view host, const std::vector<std::string>& allowed) {
    const std::string name = metrics::host_name(host);
    if (!config::is_host_name(name)) {
        return {};
    }
    std::string line = "allowed_hosts = [";
    for (const std::string& each : allowed) {
        line += "'" + each + "', ";
    }
    return line + "'" + name + "']";
}

} // namespace

void daemon::log_warnings() noexcept {
    const std::vector<config::diagnostic>& all = configuration_.warnings;
    const std::size_t shown = std::min(all.size(), config::diagnostics_shown_max);
    try {
        for (std::size_t i = 0; i < shown; ++i) {
            log_one(log_, all[i], configuration_.source.path);
        }
        if (shown < all.size()) {
            log_.warning("The configuration has more warnings; `tactus check` lists them.",
                         {base::kv("count", all.size() - shown)});
        }
    } catch (const std::bad_alloc&) {
        return; // warnings stop nothing, so failing to log them is harmless
    }
}

metrics::snapshot daemon::take_snapshot() const {
    metrics::snapshot taken;
    taken.build = {version, revision, compiler, "0." + std::to_string(TACTUS_ABI_MINOR)};
    taken.name = settings().name;
    taken.is_ready = take_readiness().is_ready;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const auto index = static_cast<std::uint16_t>(i);
        taken.inputs.push_back({settings().inputs[i].name, ingress_.take_snapshot(index),
                                config::uses_streams(*settings().inputs[i].descriptor),
                                inputs_[i]->connections(), inputs_[i]->is_up(),
                                inputs_[i]->what().is_needed});
        copy_plugins(taken, *inputs_[i]);
    }
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const auto index = static_cast<std::uint16_t>(i);
        metrics::output_row row;
        row.name = settings().outputs[i].name;
        row.flow = dispatcher_.take_snapshot(index);
        const flow::port_set& ports = dispatcher_.at(index).ports;
        row.connects_ok = ports.ups();
        row.connects_failed = outputs_[i]->failures() + ports.failures();
        row.is_needed = outputs_[i]->what().is_needed;
        ports.for_each_account([&row](const flow::port_set::account& each) {
            row.ports.push_back({std::string(each.key), each.is_up, each.ups, each.failures});
        });
        taken.outputs.push_back(std::move(row));
        copy_plugins(taken, *outputs_[i]);
    }
    for (std::size_t i = 0; i < settings().routes.size(); ++i) {
        if (const std::uint64_t mutes = fan_out_.mutes(static_cast<std::uint16_t>(i)); mutes > 0) {
            taken.muted_routes.push_back({settings().routes[i].where.line, mutes});
        }
    }
    loop::loop::statistics turned = const_cast<loop::loop&>(loop_).read_statistics();
    taken.loop = {turned.lag, turned.idle_ns, turned.iterations};
    taken.unanswered_by = unanswered_by_;
    taken.clock = {timebase_.steps_forward(), timebase_.steps_backward(),
                   clock_.unix_ns() - clock_.now_ns() - timebase_.offset_ns()};
    taken.config = {loaded_unix_ns_};
    taken.queue_memory_bytes = dispatcher_.memory();
    taken.queue_memory_max_bytes = settings().limits.memory_bytes;
    taken.is_realtime = is_realtime_;
    taken.is_memory_locked = is_memory_locked_;
    const base::log_counts lines = log_.counts();
    taken.log.written = lines.written;
    taken.log.suppressed = lines.suppressed + lines.lost;
    return taken;
}

void daemon::copy_plugins(metrics::snapshot& into, const host::supervisor& from) const {
    const std::string& name = from.what().who.name;
    into.plugins.push_back({name, state_of(from), from.stalls(), from.restarts(), from.blocked()});
    if (from.present() == nullptr) {
        return;
    }
    from.present()->metrics().for_each([&](const host::plugin_metrics::series& each) {
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

// Ready: dispatching, every input is up, and every output with all its peers; except those that the
// configuration does not require, and those that no route names.
metrics::readiness daemon::take_readiness() const {
    metrics::readiness now;
    if (!is_started_ || is_stopping_) {
        now.missing.push_back({"daemon", is_stopping_ ? "It is stopping." : "It is starting."});
    }
    const auto look = [&now](const host::supervisor& at, bool is_missing) {
        if (std::string why = at.shortfall(); !why.empty()) {
            (is_missing ? now.missing : now.impaired)
                .push_back({at.what().who.name, std::move(why)});
        }
    };
    for (std::size_t i = 0; is_started_ && i < inputs_.size(); ++i) {
        look(*inputs_[i], settings().inputs[i].required && !inputs_[i]->is_up());
    }
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        look(*outputs_[i], settings().outputs[i].required);
    }
    now.is_ready = now.missing.empty();
    return now;
}

void daemon::unsupported(std::uint16_t input, std::uint16_t output, std::string_view address,
                         std::string_view why) noexcept {
    log_untaken(base::log_level::warning, input, output, address, why);
}

// A route to several outputs, each of which takes what it understands, is often intended.
void daemon::taken_elsewhere(std::uint16_t input, std::uint16_t output, std::string_view address,
                             std::string_view why) noexcept {
    log_untaken(base::log_level::info, input, output, address, why);
}

void daemon::log_untaken(base::log_level level, std::uint16_t input, std::uint16_t output,
                         std::string_view address, std::string_view why) noexcept {
    const std::uint64_t what = recently_logged::hash(output, address);
    if (!unsupported_logged_.was(what) && log_.allows(unsupported_limit_, clock_.now_ns())) {
        unsupported_logged_.add(what);
        log_.write(level,
                   level == base::log_level::warning
                       ? "An output cannot take a message; see the plugin's page for the addresses "
                         "it understands."
                       : "An output leaves out a message that others take; an `address` of its "
                         "route can keep it away.",
                   {base::kv("input", settings().inputs[input].name),
                    base::kv("output", settings().outputs[output].name),
                    base::kv("address", std::string(address)), base::kv("why", std::string(why))});
    }
}

void daemon::refused(std::uint16_t input, codec::osc_error why,
                     std::span<const std::uint8_t> bytes) noexcept {
    const std::string_view address = codec::refused_address(bytes);
    const std::uint64_t what =
        recently_logged::hash(input, address) + static_cast<std::uint64_t>(why);
    if (!refused_logged_.was(what) && log_.allows(refused_limit_, clock_.now_ns())) {
        refused_logged_.add(what);
        log_.warning("An input received an OSC message that it cannot accept.",
                     {base::kv("input", settings().inputs[input].name),
                      base::kv("address", std::string(address)),
                      base::kv("reason", std::string(codec::reason_of(why))),
                      base::kv("why", codec::refusal_text(why, bytes))});
    }
}

void daemon::untranslatable(std::uint16_t input, std::uint16_t route, std::string_view address,
                            const flow::made_event& why) noexcept {
    const std::uint64_t what = recently_logged::hash(route, address);
    if (!untranslatable_logged_.was(what) && log_.allows(untranslatable_limit_, clock_.now_ns())) {
        untranslatable_logged_.add(what);
        const config::position where = settings().routes[route].where;
        log_.warning("The `as` of a route cannot be applied to a message; it is not sent there.",
                     {base::kv("input", settings().inputs[input].name),
                      base::kv("route_in_line", where.line),
                      base::kv("address", std::string(address)),
                      base::kv("why", flow::text_of(why))});
    }
}

// Each name is logged once, since scrapers repeat their requests. The hint does not admit a browser
// page that was made to point here: an operator who adds the line knows the name.
void daemon::refused(metrics::unanswered why, std::string_view host) noexcept {
    unanswered_by_.add(why);
    if (why != metrics::unanswered::host) {
        return;
    }
    try {
        const std::string add = line_to_allow(host, settings().metrics.allowed_hosts);
        const std::uint64_t what =
            recently_logged::hash(0, add.empty() ? host : add); // ignoring its port
        if (hosts_logged_.was(what) || !log_.allows(hosts_limit_, clock_.now_ns())) {
            return;
        }
        hosts_logged_.add(what);
        log_.warning("A request to the metrics pages was refused, since " +
                         std::string(host.empty()  ? "it names no host, or several."
                                     : add.empty() ? "what it names is no host."
                                                   : "its Host is not allowed. If you know that "
                                                     "name, put the line into [metrics]."),
                     {base::kv("host", config::escaped(host)), base::kv("line", add)});
    } catch (const std::bad_alloc&) {
        return; // it is already counted
    }
}

void daemon::circling(std::uint16_t input, std::uint16_t route, std::string_view address,
                      std::span<const std::uint8_t> bytes) noexcept {
    if (!log_.allows(circling_limit_, clock_.now_ns())) {
        return;
    }
    const config::route_settings& way = settings().routes[route];
    std::string to;
    for (const std::uint16_t output : way.outputs) {
        to += (to.empty() ? "" : ", ") + settings().outputs[output].name;
    }
    log_.warning(
        "Feedback loop: events that this route sends return through another program at an "
        "implausible rate. The route is muted for one second.",
        {base::kv("route_in_line", way.where.line),
         base::kv("input", settings().inputs[input].name), base::kv("outputs", to),
         base::kv("address", std::string(address)), base::kv("bytes", bytes.size()),
         base::kv("help", "send elsewhere, or let the route change or stop what comes back; "
                          "where a sender really sends so much of the same, set [safety] "
                          "circle_rate or circle_guard")});
}

} // namespace tactus::daemon
