// SPDX-License-Identifier: MIT
#include "kernel/cli/start_text.hpp"

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/schema/option_table.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace tactus::cli {
namespace {

constexpr const char* note_address = "/synth/note_on";

void pad(std::string& text, std::size_t width) {
    text.append(width - std::min(width, text.size()), ' ');
}

std::string without_stop(std::string sentence) {
    if (sentence.ends_with('.')) {
        sentence.pop_back();
    }
    return sentence;
}

std::string state_text(const station& of) {
    if (!of.is_needed) {
        return "not opened: no route names it";
    }
    if (of.is_up && of.shortfall.empty()) {
        return of.is_output ? "up" : "";
    }
    if (of.is_up) {
        return "partly up: " + without_stop(of.shortfall);
    }
    if (of.why_not.empty()) {
        return "no port yet; everything else runs";
    }
    return "down: " + without_stop(of.why_not) + "; everything else runs";
}

std::string options_of_type(const config::instance_settings& instance, std::uint32_t type) {
    const config::option_table table = config::option_table::of(*instance.descriptor);
    std::string out;
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        const tactus_option& option = table[i];
        const bool is_endpoint = type == TACTUS_OPT_ENDPOINT;
        const bool is_set = instance.options.where(option.key) != instance.options.where();
        if (option.type != type || (option.flags & TACTUS_OPT_SECRET) != 0 ||
            !instance.options.has(option.key) || !(is_endpoint || is_set)) {
            continue;
        }
        for (const std::string& text : instance.options.texts(option.key)) {
            out += (out.empty() ? "" : ", ") + (is_endpoint ? "" : std::string(option.key) + " ") +
                   text;
        }
    }
    return out;
}

// A plain address that matches the pattern: each wildcard replaced by the simplest text for it.
// Returns nothing if that does not suffice.
std::optional<std::string> example_of(std::string_view pattern) {
    if (pattern == "*") {
        return note_address;
    }
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        const std::size_t close = pattern.find(c == '{' ? '}' : ']', i);
        if (c == '*') {
            out += "note_on";
        } else if (c == '?') {
            out += '1';
        } else if ((c == '{' || c == '[') && close != std::string_view::npos) {
            const std::string_view inside = pattern.substr(i + 1, close - i - 1);
            out += c == '{' ? inside.substr(0, inside.find(',')) : inside.substr(0, 1);
            i = close;
        } else {
            out += c;
        }
    }
    const result<codec::osc_pattern> compiled = codec::osc_pattern::compile(pattern);
    return compiled && compiled->matches(out) ? std::optional(out) : std::nullopt;
}

std::optional<std::string> example_for(const config::settings& settings, std::uint16_t input) {
    for (const config::route_settings& route : settings.routes) {
        if (std::find(route.inputs.begin(), route.inputs.end(), input) != route.inputs.end()) {
            if (std::optional<std::string> address = example_of(route.address)) {
                return address;
            }
        }
    }
    return std::nullopt;
}

// The address of an OSC input over UDP from this machine: "127.0.0.1 9100".
std::optional<std::string> udp_target(const config::input_settings& input) {
    const config::option_table table = config::option_table::of(*input.descriptor);
    const std::uint32_t listen = table.index_of("listen");
    if (input.type != "osc" || listen == table.size() ||
        table[listen].type != TACTUS_OPT_ENDPOINT) {
        return std::nullopt;
    }
    static constexpr std::array<std::string_view, 3> schemes = {"udp", "tcp", "unix"};
    for (const std::string& text : input.options.texts("listen")) {
        const auto at = config::parse_endpoint(text, schemes);
        if (at && at->scheme == "udp" && at->port != 0) {
            const std::string host = at->host == "0.0.0.0" ? "127.0.0.1"
                                     : at->host == "::"    ? "::1"
                                                           : at->host;
            return host + " " + std::to_string(at->port);
        }
    }
    return std::nullopt;
}

} // namespace

std::vector<std::string> start_lines(start_facts facts) {
    std::size_t names = 0;
    std::size_t types = 0;
    std::size_t addresses = 0;
    for (station& each : facts.stations) {
        for (std::string* const text :
             {&each.name, &each.type, &each.address, &each.why_not, &each.shortfall}) {
            *text = config::one_line(*text); // from a file, and from a plugin
        }
        names = std::max(names, each.name.size());
        types = std::max(types, each.type.size());
        addresses = std::max(addresses, each.address.size());
    }
    std::vector<std::string> lines = {facts.name + " is running; Ctrl-C stops it"};
    for (const station& each : facts.stations) {
        std::string line = each.is_output ? "  out      " : "  in       ";
        line += each.name;
        pad(line, 11 + names + 2);
        line += each.type;
        pad(line, 11 + names + 2 + types + 2);
        line += each.address;
        pad(line, 11 + names + 2 + types + 2 + addresses + 2);
        line += state_text(each);
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    lines.push_back("  metrics  " +
                    (facts.metrics.empty() ? "off" : "http://" + facts.metrics + "/metrics"));
    if (!facts.try_it.empty()) {
        lines.push_back("  try it   " + config::one_line(facts.try_it));
    }
    lines.emplace_back();
    return lines;
}

std::string address_of(const config::instance_settings& instance) {
    std::string endpoints = options_of_type(instance, TACTUS_OPT_ENDPOINT);
    return endpoints.empty() ? options_of_type(instance, TACTUS_OPT_STRING) : endpoints;
}

std::string try_command(const config::settings& settings) {
    for (std::size_t i = 0; i < settings.inputs.size(); ++i) {
        const auto target = udp_target(settings.inputs[i]);
        const auto address = example_for(settings, static_cast<std::uint16_t>(i));
        if (target && address) {
            return "oscsend " + *target + " " + *address + " iii 1 64 100";
        }
    }
    return {};
}

} // namespace tactus::cli
