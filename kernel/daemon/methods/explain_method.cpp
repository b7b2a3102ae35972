// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/explain_method.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"
#include "kernel/flow/ingress/panic_address.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <vector>

namespace tactus::daemon {
namespace {

using config::quoted;
using flow::event_filter;

constexpr double ns_per_s = 1e9;

template <class Named>
std::vector<std::string_view> names_of(const std::vector<Named>& all) {
    std::vector<std::string_view> names;
    for (const Named& each : all) {
        names.emplace_back(each.name);
    }
    return names;
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) {
        text += (text.empty() ? "" : ", ") + std::string(word);
    }
    return text;
}

// The words of `type` that together make these kinds, the widest first.
std::string kinds_text(std::uint32_t kinds) {
    std::vector<std::string_view> words;
    for (const flow::kind_word& each : flow::kind_words) {
        if ((each.kinds & kinds) == each.kinds) {
            words.push_back(each.word);
            kinds &= ~each.kinds;
        }
    }
    return joined(words);
}

std::string range_text(const flow::number_range& range) {
    const auto number = [](double value) { return std::to_string(static_cast<int>(value)); };
    return range.low == range.high ? number(range.low)
                                   : number(range.low) + " to " + number(range.high);
}

// "channel: it takes 1 to 8, and this is 10".
std::string number_text(std::string_view what, const flow::number_range& range,
                        flow::midi_field field, const flow::event_scope& event) {
    const flow::variable wanted{flow::variable::kind::name, 0, field, {}};
    const flow::value has =
        event.osc == nullptr ? event.of(wanted) : flow::fault_value(flow::fault::missing);
    return "`match`: " + std::string(what) + ": it takes " + range_text(range) +
           (has.is_fault() ? ", and the event has none"
                           : ", and this is " + std::to_string(static_cast<int>(has.number)));
}

void add_event(std::string& text, json_writer& json, std::string_view key,
               const flow::explained_event& event) {
    json.key(key);
    text += control::event_json(event.protocol, event.bytes);
}

} // namespace

result<std::uint16_t, control::rpc_error> find_named(const config::settings& all, bool is_input,
                                                     const control::params& with) {
    const std::string kind = is_input ? "input" : "output";
    std::vector<std::string_view> names = is_input ? names_of(all.inputs) : names_of(all.outputs);
    const result<std::optional<std::string>> wanted = with.text(kind);
    if (!wanted || !*wanted) {
        return unexpected<control::rpc_error>(
            {control::rpc_code::invalid_params,
             wanted ? "The parameters need the name of an " + kind + " as \"" + kind + "\"."
                    : wanted.error().text});
    }
    const auto found = std::find(names.begin(), names.end(), **wanted);
    if (found != names.end() && !(*wanted)->empty()) {
        return static_cast<std::uint16_t>(found - names.begin());
    }
    std::erase(names, std::string_view()); // of numbers that nothing has
    const std::string hint = config::did_you_mean(**wanted, names);
    return unexpected<control::rpc_error>(
        {control::rpc_code::invalid_params,
         "There is no " + kind + " " + quoted(**wanted) + (hint.empty() ? "." : "; " + hint) +
             (names.empty() ? "" : " The " + kind + "s are: " + joined(names) + ".")});
}

explain_method::explain_method(const parts& of)
    : of_(of), explainer_(of.fan_out.routes(), of.fan_out.names(), of.dispatcher, of.clock) {}

control::method_result explain_method::call(const control::params& with) {
    const auto input = find_named(of_.settings, true, with);
    if (!input) {
        return unexpected<control::rpc_error>(input.error());
    }
    const result<control::event_bytes> event = control::read_event(with);
    if (!event) {
        return unexpected<control::rpc_error>(
            {control::rpc_code::invalid_params, event.error().text});
    }
    tactus_event packet{};
    codec::osc_message osc;
    flow::message one;
    one.input = *input;
    one.from = &of_.ingress.at(*input).from;
    one.packet = &packet;
    one.bytes = event->bytes;
    one.arrival_ns = of_.clock.now_ns();
    one.due_ns = one.arrival_ns;
    if (event->protocol == TACTUS_PROTO_OSC) {
        osc = codec::split_message(event->bytes);
        one.osc = &osc;
    }
    const auto found = explainer_.explain(one);
    std::string text;
    json_writer json(text);
    json.begin_object().member("input", of_.settings.inputs[*input].name).key("event");
    text += control::event_json(event->protocol, event->bytes);
    if (flow::panic_address(of_.settings.safety.panic_address).is(one.address())) {
        json.member("why", "It is the panic address: all outputs are silenced, regardless of "
                           "the routes.");
    } else if (!found) {
        json.member("why", "It is refused: the pattern in its address takes too many steps.");
    }
    json.begin_list("routes");
    std::size_t next = 0; // of those that were found, which are in the order of the file
    for (std::size_t i = 0; i < of_.settings.routes.size(); ++i) {
        const bool is_found = found && next < found->size() && (*found)[next].number == i;
        const flow::explained_route* const taken = is_found ? &(*found)[next++] : nullptr;
        add_route(text, i, taken, one);
    }
    json.end_list().end_object();
    return text;
}

// `taken`: nullptr if its inputs or its address do not take the message.
void explain_method::add_route(std::string& text, std::size_t route,
                               const flow::explained_route* taken, const flow::message& one) const {
    text += text.ends_with('[') ? "" : ",";
    json_writer json(text);
    json.begin_object().member("route", config::route_name(of_.settings, route));
    json.member("line", of_.settings.routes[route].where.line);
    json.member("takes", taken != nullptr && taken->is_taken());
    if (taken == nullptr || !taken->is_taken()) {
        json.member("why", taken == nullptr        ? why_not(route, one)
                           : !taken->fault.empty() ? "`as` cannot be applied: " + taken->fault
                                                   : mismatch_text(route, taken->mismatch, one));
        json.end_object();
        return;
    }
    if (taken->makes) {
        add_event(text, json, "makes", *taken->makes);
    }
    if (taken->length_ns > 0) {
        json.member("for_s", static_cast<double>(taken->length_ns) / ns_per_s, 6);
    }
    if (taken->is_gated) {
        json.member("may_hold_back", true);
    }
    json.begin_list("outputs");
    for (const flow::explained_output& each : taken->outputs) {
        json.begin_object().member("output", of_.settings.outputs[each.output].name);
        if (each.gets) {
            add_event(text, json, "gets", *each.gets);
        } else {
            json.member("why", each.is_known ? each.why_not
                                             : std::string("it is not up, and its protocols are "
                                                           "unknown"));
        }
        json.end_object();
    }
    json.end_list().end_object();
}

std::string explain_method::why_not(std::size_t route, const flow::message& one) const {
    const config::route_settings& of = of_.settings.routes[route];
    if (std::count(of.inputs.begin(), of.inputs.end(), one.input) == 0) {
        std::vector<std::string_view> names;
        for (const std::uint16_t input : of.inputs) {
            names.emplace_back(of_.settings.inputs[input].name);
        }
        return "`from`: it takes events of " + joined(names);
    }
    return "`address`: " + quoted(of.address) +
           (one.osc == nullptr ? " takes OSC only" : " does not match");
}

std::string explain_method::mismatch_text(std::size_t route, const event_filter::finding& found,
                                          const flow::message& one) const {
    const event_filter& filter = of_.settings.routes[route].match;
    flow::event_scope scope;
    scope.osc = one.osc;
    scope.midi = one.bytes;
    switch (found.what) {
    case event_filter::mismatch::kind:
        return "`match`: type: it takes " + kinds_text(filter.kinds) + ", and this is " +
               kinds_text(flow::kind_of(scope));
    case event_filter::mismatch::channel:
        return number_text("channel", *filter.channel, flow::midi_field::channel, scope);
    case event_filter::mismatch::note:
        return number_text("note", *filter.note, flow::midi_field::note, scope);
    case event_filter::mismatch::controller:
        return number_text("cc", *filter.controller, flow::midi_field::cc, scope);
    case event_filter::mismatch::condition:
        return "`match`: where: " + filter.conditions[found.condition].text() + " is not true";
    case event_filter::mismatch::none:
        break;
    }
    return {};
}

} // namespace tactus::daemon
