// SPDX-License-Identifier: MIT
#include "kernel/daemon/translate_settings.hpp"

#include <cstdlib>
#include <utility>

namespace tactus::daemon {
base::log_settings log_settings(const config::log_settings& from) {
    base::log_settings to;
    to.level = from.level;
    to.format = from.format;
    to.is_journal = base::is_journal(to.fd, std::getenv("JOURNAL_STREAM"));
    return to;
}

flow::queue_limits queue_limits(const config::settings& from) {
    flow::queue_limits to;
    to.pending = {from.limits.pending, from.limits.memory_bytes};
    to.block_bytes = from.limits.memory_bytes;
    return to;
}

flow::output_settings output_settings(const config::output_settings& from,
                                      const config::settings& all) {
    flow::output_settings to;
    to.limits.pending = {from.pending, all.limits.memory_bytes};
    to.limits.policy = from.when_full;
    to.late = from.late;
    to.late_limit_ns = from.late_limit_ns;
    to.late_from = from.late_from;
    to.miss_limit_ns = all.time.miss_limit_ns;
    to.silence_on_disconnect = all.safety.silence_on_disconnect;
    to.max_note_ns = from.max_note_ns;
    to.is_precise = from.is_precise;
    to.restores = from.restores;
    return to;
}

flow::input_settings input_settings(const config::input_settings& from) {
    return {from.rate_per_s,          from.follows_sender, from.clock_lead_ns,
            from.dispatches_patterns, from.pending,        from.name};
}

flow::ingress_settings ingress_settings(const config::settings& from) {
    return {from.time.max_ahead_ns, from.safety.panic_address};
}

flow::circle_settings circle_settings(const config::settings& from) {
    return {from.safety.circle_rate_per_s};
}

std::vector<flow::route> routes(const config::settings& from) {
    std::vector<flow::route> to;
    for (std::size_t i = 0; i < from.routes.size(); ++i) {
        const config::route_settings& each = from.routes[i];
        flow::route route;
        route.id = each.id;
        route.name = config::route_name(from, i);
        route.inputs = each.inputs;
        route.outputs = each.outputs;
        route.filter = each.match;
        route.as = each.as;
        route.gate = each.gate;
        route.text = each.text;
        route.takes = each.takes;
        if (each.address != "*") {
            result<codec::osc_pattern> compiled = codec::osc_pattern::compile(each.address);
            TACTUS_ASSERT(compiled.has_value());
            route.address = std::move(*compiled);
        }
        to.push_back(std::move(route));
    }
    return to;
}

host::supervisor_settings supervisor_settings(const config::instance_settings& from,
                                              host::instance_id who, host::catalog& catalog) {
    const std::uint32_t kind =
        who.plays == host::role::input ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT;
    const result<host::found_plugin> found = catalog.find(kind, from.type);
    TACTUS_ASSERT(found.has_value()); // the configuration was checked against this catalog
    host::supervisor_settings to;
    to.who = std::move(who);
    to.who.type = from.type;
    to.who.streams = {from.streams.connections_max, from.streams.buffer_max,
                      from.streams.idle_timeout_ns};
    to.entry = found->entry;
    to.descriptor = found->descriptor;
    to.config = from.options.view();
    to.restart_first_ns = from.restart_first_ns;
    to.restart_max_ns = from.restart_max_ns;
    return to;
}

std::string host_and_port(const config::endpoint& from) {
    const bool is_six = from.host.find(':') != std::string::npos;
    return (is_six ? "[" + from.host + "]" : from.host) + ":" + std::to_string(from.port);
}

} // namespace tactus::daemon
