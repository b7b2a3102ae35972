// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/control_methods.hpp"

#include "kernel/daemon/process/version.hpp"
#include "kernel/daemon/status/status_json.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include <unistd.h>

namespace tactus::daemon {
namespace {

using control::caller;
using control::method;
using control::method_result;
using control::params;
using control::rpc_code;
using control::rpc_error;

constexpr std::int64_t protocol_version = 1;

unexpected<rpc_error> refuse(rpc_code code, std::string message) {
    return unexpected<rpc_error>(rpc_error(code, std::move(message)));
}

// The result of a method that only does something.
method_result nothing() {
    return std::string("{}");
}

unexpected<rpc_error> wrong(const error& why) {
    return refuse(rpc_code::invalid_params, why.text);
}

// The input, output or route that a request names; empty: none.
std::string target_of(const params& with) {
    for (const std::string_view key : {"name", "output"}) {
        if (const auto named = with.text(key); named && *named) {
            return **named;
        }
    }
    return {};
}

void log_request(base::log& log, const method& which, const params& with, const caller& by) {
    std::vector<base::log_field> fields = {base::kv("method", which.name),
                                           base::kv("user", by.user)};
    if (const std::string target = target_of(with); !target.empty()) {
        fields.push_back(base::kv("for", target));
    }
    log.write(base::log_level::info, base::log_event::control_request,
              "A request came over the control socket.", fields);
}

using metrics::log_level_names;

} // namespace

control_methods::control_methods(const parts& of)
    : of_(of),
      explainer_({of.configuration.settings, of.ingress, of.fan_out, of.dispatcher, of.clock}),
      sender_({of.configuration.settings, of.reactor, of.ingress, of.fan_out, of.dispatcher}),
      operating_({of.configuration.settings, of.ingress, of.fan_out, of.dispatcher, of.sounding,
                  of.restart}),
      plays_({of.configuration.settings, of.reactor, of.dispatcher, of.ingress, of.log}) {}

// One row for each method: its entry in all(), and its function for call(). One that has to wait,
// or needs the caller, has a task.
struct control_methods::handler {
    method what;
    method_result (control_methods::*act)(const params& with) = nullptr;
    tactus::task<method_result> (control_methods::*wait)(const params& with,
                                                         const caller& by) = nullptr;
};

constexpr control_methods::handler control_methods::handlers[] = {
    {{"hello", false, "protocol: the version that the client speaks, 1",
      "Says which daemon this is, and names its methods."},
     &control_methods::hello},
    {{"status", false, "",
      "Gives the state of the daemon: instances, counts of events, losses, lateness."},
     &control_methods::tell_status},
    {{"explain", false, "input; midi or osc",
      "Says how each route would treat the event, and why. Nothing is sent."},
     &control_methods::explain},
    {{"tap", false, "input, output, address: texts; late, dropped, received: true or false",
      "Shows each event as it happens, as notifications until the connection ends."},
     nullptr,
     &control_methods::tap},
    {{"send", true, "output; midi or osc; after or at; for",
      "Sends one event to an output, past the routes."},
     &control_methods::send},
    {{"send_as_input", true, "input; midi or osc; after or at; for",
      "Sends one event through the routes, as if that input had received it."},
     &control_methods::send_as_input},
    {{"take_back", true, "number: of the sending", "Cancels the waiting events of a sending."},
     &control_methods::take_back},
    {{"outcome", false, "number: of the sending",
      "Gives the result of a sending, once it is known."},
     nullptr,
     &control_methods::outcome},
    {{"play", true, "events: a list",
      "Takes events ahead of their time, and sends each when it is due."},
     nullptr,
     &control_methods::play},
    {{"panic", true, "output: its name; without it, all outputs",
      "Ends all sounding notes at once."},
     &control_methods::panic},
    {{"mute", true, "name: of an input, an output or a route", "Silences it; its notes are ended."},
     &control_methods::mute},
    {{"unmute", true, "name: of an input, an output or a route", "Ends the mute."},
     &control_methods::unmute},
    {{"restart", true, "name: of an input or an output", "Stops and starts that one."},
     &control_methods::restart},
    {{"log-level", true, "level: debug, info, warning or error",
      "Changes the log level, until the daemon ends."},
     &control_methods::set_log_level},
    {{"stop", true, "", "Stops the daemon, as SIGTERM does."}, &control_methods::stop},
    {{"reload", true, "dry_run: true to only ask",
      "Reads the configuration again, and takes it as a whole or not at all."},
     nullptr,
     &control_methods::reload},
};

std::span<const method> control_methods::listed() noexcept {
    static constexpr auto listed = [] {
        std::array<method, std::size(handlers)> them;
        std::transform(std::begin(handlers), std::end(handlers), them.begin(),
                       [](const handler& each) { return each.what; });
        return them;
    }();
    return listed;
}

tactus::task<method_result> control_methods::call(const method& which, const params& with,
                                                  const caller& by) {
    const auto* const found =
        std::find_if(std::begin(handlers), std::end(handlers),
                     [&which](const handler& each) { return each.what.name == which.name; });
    TACTUS_ASSERT(found != std::end(handlers)); // the server looked it up in all()
    const bool logs_itself = found->wait == &control_methods::play; // which begins often
    if (which.changes && !logs_itself) {
        log_request(of_.log, which, with, by);
    }
    if (found->wait != nullptr) {
        method_result done = co_await (this->*found->wait)(with, by);
        co_return std::move(done);
    }
    co_return (this->*found->act)(with);
}

method_result control_methods::hello(const params& with) {
    const result<std::optional<double>> wanted = with.number("protocol");
    if (!wanted) {
        return wrong(wanted.error());
    }
    if (wanted->value_or(protocol_version) != protocol_version) {
        return refuse(rpc_code::invalid_params,
                      "This daemon speaks version 1 of the protocol. Use the tactus command of "
                      "the version that runs.");
    }
    std::string text;
    json_writer json(text);
    json.begin_object().member("protocol", protocol_version);
    json.member("name", of_.configuration.settings.name).member("version", version);
    json.member("pid", ::getpid()).begin_list("methods");
    for (const method& each : all()) {
        json.element(each.name);
    }
    json.end_list().end_object();
    return text;
}

method_result control_methods::tell_status(const params& /*with*/) {
    overview::moment now = of_.whole.take();
    now.details.has_config_changed = have_changed(now.details.config_paths, now.config_stamps);
    return status_json(now.taken, now.ready, now.details);
}

method_result control_methods::explain(const params& with) {
    return explainer_.call(with);
}

method_result control_methods::send(const params& with) {
    return sender_.send(with);
}

method_result control_methods::send_as_input(const params& with) {
    return sender_.send_as_input(with);
}

method_result control_methods::take_back(const params& with) {
    return sender_.take_back(with);
}

method_result control_methods::panic(const params& with) {
    return operating_.panic(with);
}

method_result control_methods::mute(const params& with) {
    return operating_.mute(with, true);
}

method_result control_methods::unmute(const params& with) {
    return operating_.mute(with, false);
}

method_result control_methods::restart(const params& with) {
    return operating_.restart(with);
}

method_result control_methods::set_log_level(const params& with) {
    const result<std::optional<std::string>> wanted = with.text("level");
    if (!wanted) {
        return wrong(wanted.error());
    }
    const auto found =
        std::find(log_level_names.begin(), log_level_names.end(), wanted->value_or(""));
    if (found == log_level_names.end()) {
        return refuse(rpc_code::invalid_params, "The parameter \"level\" must be \"debug\", "
                                                "\"info\", \"warning\" or \"error\".");
    }
    of_.log.set_level(static_cast<base::log_level>(found - log_level_names.begin()));
    return nothing();
}

tactus::task<method_result> control_methods::tap(const params& with, const caller& by) {
    method_result begun = co_await of_.taps.open(with, by);
    co_return std::move(begun);
}

tactus::task<method_result> control_methods::outcome(const params& with, const caller&) {
    method_result known = co_await sender_.outcome(with);
    co_return std::move(known);
}

tactus::task<method_result> control_methods::play(const params& with, const caller& by) {
    co_return plays_.play(with, by);
}

tactus::task<method_result> control_methods::reload(const params& with, const caller&) {
    const result<std::optional<bool>> is_dry = with.flag("dry_run");
    if (!is_dry) {
        co_return wrong(is_dry.error());
    }
    const reload_answer answer = co_await of_.reloads.ask(is_dry->value_or(false));
    if (answer.refusal.empty()) {
        co_return to_json(answer);
    }
    rpc_error why(rpc_code::failed, refusal_text(answer));
    why.details = to_json(answer);
    co_return unexpected<rpc_error>(std::move(why));
}

method_result control_methods::stop(const params& /*with*/) {
    of_.request_stop();
    return nothing();
}

} // namespace tactus::daemon
