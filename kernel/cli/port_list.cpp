// SPDX-License-Identifier: MIT
#include "kernel/cli/port_list.hpp"

#include "kernel/config/source/toml_text.hpp"
#include "kernel/config/text.hpp"

#include <tactus/cpp/json_writer.hpp>
#include <tactus/cpp/port_name.hpp>

#include <algorithm>
#include <string_view>

namespace tactus::cli {
namespace {

std::string toml_string(std::string_view text) {
    config::node value;
    value.kind = config::node_kind::text;
    value.text = text;
    return config::toml_text(value);
}

// `reason`: why the system has no ports; "" if nothing is wrong with it.
void append_portless(json_writer& json, std::string_view plugin, std::string_view system,
                     std::string_view reason) {
    json.begin_object().member("plugin", plugin).member("system", system);
    if (!reason.empty()) {
        json.member("reason", reason);
    }
    json.end_object();
}

bool says_the_same(const daemon::discovered_port& a, const daemon::discovered_port& b) {
    return a.name.empty() && b.name.empty() && a.system == b.system && a.note == b.note;
}

// The plugins that report the same about a system without ports, if `plugin` is the first of them;
// else empty: the first one listed them.
std::string ids_without(const std::vector<ports_of_plugin>& plugins, const ports_of_plugin& plugin,
                        const daemon::discovered_port& what) {
    std::string ids;
    for (const ports_of_plugin& each : plugins) {
        const bool says_it = std::any_of(each.found.begin(), each.found.end(),
                                         [&](const auto& one) { return says_the_same(one, what); });
        if (says_it && ids.empty() && &each != &plugin) {
            return {};
        }
        ids += says_it ? (ids.empty() ? "" : ", ") + each.id : "";
    }
    return ids;
}

// The shortest text that matches only that port in its system: its own name, its client's, or the
// whole; the numbers at the end change at each plugging. Empty if several have that name.
std::string shortest_text(const std::vector<daemon::discovered_port>& found,
                          const daemon::discovered_port& port) {
    std::vector<std::string> names;
    std::size_t index = 0;
    for (const daemon::discovered_port& each : found) {
        if (each.system == port.system && !each.name.empty()) {
            index = &each == &port ? names.size() : index;
            names.push_back(each.name);
        }
    }
    const std::string_view whole = without_numbers(port.name);
    const std::size_t colon = whole.find(':');
    std::vector<std::string_view> texts{whole, whole.substr(0, colon)};
    if (const std::size_t own = whole.find_first_not_of(' ', colon + 1);
        colon != std::string_view::npos && own != std::string_view::npos) {
        texts.push_back(whole.substr(own));
    }
    std::string_view best;
    for (const std::string_view text : texts) {
        const bool means_it = find_ports(names, text) == std::vector<std::size_t>{index};
        best = means_it && (best.empty() || text.size() < best.size()) ? text : best;
    }
    return std::string(best);
}

std::string state_of(const daemon::discovered_port& without_name) {
    return without_name.note.empty() ? "available, but it has no port now"
                                     : "not available: " + config::escaped(without_name.note, 400);
}

} // namespace

std::string to_text(const std::vector<ports_of_plugin>& plugins) {
    std::string out;
    for (const ports_of_plugin& plugin : plugins) {
        std::string system;
        bool is_first = true;
        for (const daemon::discovered_port& port : plugin.found) {
            const std::string name = config::escaped(port.system);
            if (port.name.empty()) {
                if (const std::string ids = ids_without(plugins, plugin, port); !ids.empty()) {
                    out += name + " (" + ids + "): " + state_of(port) + "\n";
                }
                continue;
            }
            if (is_first || port.system != system) {
                out += name + " (" + plugin.id + "), for an " + plugin.kinds + " of type \"" +
                       plugin.type + "\"\n";
                system = port.system;
                is_first = false;
            }
            if (plugin.has_port_option) {
                const std::string text = shortest_text(plugin.found, port);
                out += "  port = " +
                       (text.empty() ? toml_string(port.name) + "  # several ports match"
                                     : toml_string(text)) +
                       "\n";
                out += port.note.empty()
                           ? ""
                           : "  port = " + config::escaped(port.note, 700) + "  # permanent\n";
            } else {
                out += "  " + toml_string(port.name) + "\n";
            }
        }
        out += plugin.failed.empty() ? "" : config::one_line(plugin.failed) + "\n";
    }
    return out;
}

std::string to_json(const std::vector<ports_of_plugin>& plugins) {
    std::string ports;
    std::string missing;
    std::string empty; // available, but without ports
    json_writer to_ports(ports);
    json_writer to_missing(missing);
    json_writer to_empty(empty);
    to_ports.begin_list("ports");
    to_missing.begin_list("missing");
    to_empty.begin_list("empty");
    for (const ports_of_plugin& plugin : plugins) {
        for (const daemon::discovered_port& port : plugin.found) {
            if (port.name.empty()) {
                json_writer& to = port.note.empty() ? to_empty : to_missing;
                append_portless(to, plugin.id, port.system, port.note);
                continue;
            }
            to_ports.begin_object().member("plugin", plugin.id).member("type", plugin.type);
            to_ports.member("system", port.system).member("name", port.name);
            to_ports.member("shortest", shortest_text(plugin.found, port));
            to_ports.member("lasting", port.note).end_object();
        }
        if (!plugin.failed.empty()) {
            append_portless(to_missing, plugin.id, "", plugin.failed);
        }
    }
    to_ports.end_list();
    to_missing.end_list();
    const bool has_empty = !empty.ends_with('[');
    to_empty.end_list();
    return "{" + ports + "," + missing + (has_empty ? "," + empty : "") + "}";
}

} // namespace tactus::cli
