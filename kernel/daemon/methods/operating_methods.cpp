// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/operating_methods.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace tactus::daemon {
namespace {

using control::method_result;
using control::params;
using control::rpc_code;
using control::rpc_error;

constexpr std::size_t names_shown_max = 32; // routes in the text of an error

unexpected<rpc_error> wrong(std::string text) {
    return unexpected<rpc_error>(rpc_error(rpc_code::invalid_params, std::move(text)));
}

// The place of that name in the list; its size if it is not there.
template <class Settings>
std::size_t place_of(std::string_view name, const std::vector<Settings>& in) {
    return static_cast<std::size_t>(std::find_if(in.begin(), in.end(),
                                                 [name](const Settings& each) {
                                                     return !each.is_vacant() && each.name == name;
                                                 }) -
                                    in.begin());
}

// A text that must be there.
result<std::string> required(const params& with, std::string_view name) {
    result<std::optional<std::string>> given = with.text(name);
    if (!given) {
        return unexpected<error>(given.error());
    }
    if (!*given) {
        return fail(error_kind::invalid, "The parameter \"" + std::string(name) + "\" is missing.");
    }
    return std::move(**given);
}

std::string to_json(const std::vector<sounding_service::beyond_reach>& left) {
    std::string text;
    json_writer json(text);
    json.begin_object();
    if (!left.empty()) {
        json.begin_list("not_ended");
        for (const sounding_service::beyond_reach& each : left) {
            json.begin_object().member("output", each.output);
            json.member("notes_and_pedals", each.notes_and_pedals).member("why", each.why);
            json.end_object();
        }
        json.end_list();
    }
    json.end_object();
    return text;
}

} // namespace

result<operating_methods::target> operating_methods::find(std::string_view name, bool with_inputs,
                                                          bool with_routes) const {
    const std::size_t output = place_of(name, of_.settings.outputs);
    if (output < of_.settings.outputs.size()) {
        return target{kind::output, static_cast<std::uint16_t>(output)};
    }
    const std::size_t input = place_of(name, of_.settings.inputs);
    if (with_inputs && input < of_.settings.inputs.size()) {
        return target{kind::input, static_cast<std::uint16_t>(input)};
    }
    for (std::size_t i = 0; with_routes && i < of_.settings.routes.size(); ++i) {
        if (config::route_name(of_.settings, i) == name) {
            return target{kind::route, static_cast<std::uint16_t>(i)};
        }
    }
    return fail(error_kind::invalid, "There is no " +
                                         std::string(with_routes   ? "input, output or route"
                                                     : with_inputs ? "input or output"
                                                                   : "output") +
                                         " \"" + std::string(name) +
                                         "\". There is: " + names(with_inputs, with_routes) + ".");
}

std::string operating_methods::names(bool with_inputs, bool with_routes) const {
    std::string text;
    const auto add = [&text](const std::string& name) {
        if (!name.empty()) { // that of a number that nothing has
            text += (text.empty() ? "" : ", ") + name;
        }
    };
    for (std::size_t i = 0; with_inputs && i < of_.settings.inputs.size(); ++i) {
        add(of_.settings.inputs[i].name);
    }
    for (const config::output_settings& each : of_.settings.outputs) {
        add(each.name);
    }
    for (std::size_t i = 0; with_routes && i < of_.settings.routes.size(); ++i) {
        if (i == names_shown_max) {
            add("and " + std::to_string(of_.settings.routes.size() - i) + " routes more");
            break;
        }
        add(config::route_name(of_.settings, i));
    }
    return text;
}

method_result operating_methods::panic(const params& with) {
    const result<std::optional<std::string>> name = with.text("output");
    if (!name) {
        return wrong(name.error().text);
    }
    if (!*name) {
        of_.dispatcher.silencer().panic();
        return to_json(of_.sounding.find_beyond_reach());
    }
    const result<target> found = find(**name, false, false);
    if (!found) {
        return wrong(found.error().text);
    }
    of_.dispatcher.silencer().panic(found->index);
    return to_json(of_.sounding.find_beyond_reach(found->index));
}

method_result operating_methods::mute(const params& with, bool is_muted) {
    const result<std::string> name = required(with, "name");
    if (!name) {
        return wrong(name.error().text);
    }
    const result<target> found = find(*name, true, true);
    if (!found) {
        return wrong(found.error().text);
    }
    switch (found->is) {
    case kind::input:
        of_.ingress.mute(found->index, is_muted);
        break;
    case kind::output:
        of_.dispatcher.mute(found->index, is_muted);
        break;
    case kind::route:
        of_.fan_out.mute(found->index, is_muted);
        break;
    }
    return std::string("{}");
}

method_result operating_methods::restart(const params& with) {
    const result<std::string> name = required(with, "name");
    if (!name) {
        return wrong(name.error().text);
    }
    const result<target> found = find(*name, true, false);
    if (!found) {
        return wrong(found.error().text);
    }
    const bool has_begun = found->is == kind::input ? of_.restart.restart_input(found->index)
                                                    : of_.restart.restart_output(found->index);
    if (!has_begun) {
        return unexpected<rpc_error>(
            rpc_error(rpc_code::failed, "\"" + *name +
                                            "\" does not run: no route names it, or the daemon "
                                            "starts or stops now."));
    }
    return std::string("{}");
}

} // namespace tactus::daemon
