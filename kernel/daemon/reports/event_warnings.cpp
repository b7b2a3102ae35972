// SPDX-License-Identifier: MIT
#include "kernel/daemon/reports/event_warnings.hpp"

#include "kernel/codec/osc_refusal.hpp"

#include <string>

namespace tactus::daemon {

void event_warnings::unsupported(std::uint16_t input, std::uint16_t output,
                                 std::string_view address, std::string_view why) noexcept {
    log_untaken(base::log_level::warning, base::log_event::output_unfit,
                "An output cannot take a message; see the plugin's page for the addresses "
                "it understands.",
                {input, output, address, why});
}

// A route to several outputs, each of which takes the events that it understands, is often
// intended.
void event_warnings::taken_elsewhere(std::uint16_t input, std::uint16_t output,
                                     std::string_view address, std::string_view why) noexcept {
    log_untaken(base::log_level::info, base::log_event::output_unfit_others_fit,
                "An output cannot take a message that other outputs of the route take; an "
                "`address` of its route can exclude it.",
                {input, output, address, why});
}

void event_warnings::log_untaken(base::log_level level, base::log_event event,
                                 std::string_view text, const untaken& what) noexcept {
    const std::string& output = settings_.outputs[what.output].name;
    if (untaken_.admits(recently_logged::hash(output, what.address), log_, clock_.now_ns())) {
        log_.write(level, event, text,
                   {base::kv("input", settings_.inputs[what.input].name),
                    base::kv("output", output), base::kv("address", std::string(what.address)),
                    base::kv("why", std::string(what.why))});
    }
}

// "12", or "12 of site.toml" of a configuration of several files.
std::string event_warnings::place_of(std::uint16_t route) const {
    const config::position where = settings_.routes[route].where;
    return std::to_string(where.line) +
           (sources_.size() > 1 ? " of " + sources_[where.source].path : "");
}

void event_warnings::untranslatable(std::uint16_t input, std::uint16_t route,
                                    std::string_view address,
                                    const flow::made_event& why) noexcept {
    const std::uint64_t what = recently_logged::hash(settings_.routes[route].id, address);
    if (untranslatable_.admits(what, log_, clock_.now_ns())) {
        log_.warning(base::log_event::as_impossible,
                     "The `as` of a route cannot be applied to a message; it is not sent there.",
                     {base::kv("input", settings_.inputs[input].name),
                      base::kv("route", config::route_name(settings_, route)),
                      base::kv("route_in_line", place_of(route)),
                      base::kv("address", std::string(address)),
                      base::kv("why", flow::text_of(why))});
    }
}

void event_warnings::refused(std::uint16_t input, codec::osc_error why,
                             std::span<const std::uint8_t> bytes) noexcept {
    const std::string_view address = codec::refused_address(bytes);
    const std::uint64_t what = recently_logged::hash(settings_.inputs[input].name, address) +
                               static_cast<std::uint64_t>(why);
    if (refused_.admits(what, log_, clock_.now_ns())) {
        log_.warning(base::log_event::osc_refused,
                     "An input received an OSC message that it cannot accept.",
                     {base::kv("input", settings_.inputs[input].name),
                      base::kv("address", std::string(address)),
                      base::kv("reason", std::string(codec::reason_of(why))),
                      base::kv("why", codec::refusal_text(why, bytes))});
    }
}

void event_warnings::circling(std::uint16_t input, std::uint16_t route, std::string_view address,
                              std::span<const std::uint8_t> bytes) noexcept {
    if (!log_.allows(circling_, clock_.now_ns())) {
        return;
    }
    const config::route_settings& way = settings_.routes[route];
    std::string to;
    for (const std::uint16_t output : way.outputs) {
        to += (to.empty() ? "" : ", ") + settings_.outputs[output].name;
    }
    log_.warning(base::log_event::feedback_loop,
                 "Feedback loop: events that this route sends return through another program at an "
                 "implausible rate. The route is muted for one second.",
                 {base::kv("route", config::route_name(settings_, route)),
                  base::kv("route_in_line", place_of(route)),
                  base::kv("input", settings_.inputs[input].name), base::kv("outputs", to),
                  base::kv("address", std::string(address)), base::kv("bytes", bytes.size()),
                  base::kv("help", "send elsewhere, or let the route change or stop the events; "
                                   "if a sender really repeats an event that often, set [safety] "
                                   "circle_rate or circle_guard")});
}

} // namespace tactus::daemon
