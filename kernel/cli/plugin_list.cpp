// SPDX-License-Identifier: MIT
#include "kernel/cli/plugin_list.hpp"

#include "kernel/base/json.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tactus::cli {
namespace {

constexpr std::size_t columns = 6;
using row = std::array<std::string, columns>;

std::string aligned(const std::vector<row>& rows) {
    std::array<std::size_t, columns> widths{};
    for (const row& each : rows) {
        for (std::size_t i = 0; i < columns; ++i) {
            widths[i] = std::max(widths[i], each[i].size());
        }
    }
    std::string out;
    for (const row& each : rows) {
        for (std::size_t i = 0; i + 1 < columns; ++i) {
            out += each[i];
            out.append(widths[i] - each[i].size() + 2, ' ');
        }
        out += each.back() + "\n";
    }
    return out;
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
    base::append_json_string(out, key);
    out += ':';
    base::append_json_string(out, text);
}

void append_plugin(std::string& out, const host::found_plugin& plugin) {
    const tactus_descriptor& is = *plugin.descriptor;
    out += '{';
    append_member(out, "id", is.id);
    out += ',';
    append_member(out, "type", is.type);
    out += ",\"kinds\":[";
    out += (is.kinds & TACTUS_KIND_INPUT) != 0 ? "\"input\"" : "";
    out += is.kinds == (TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT) ? "," : "";
    out += (is.kinds & TACTUS_KIND_OUTPUT) != 0 ? "\"output\"" : "";
    out += "],";
    append_member(out, "version", is.version);
    out += ',';
    append_member(out, "doc", is.doc);
    out += ',';
    append_member(out, "file", plugin.path);
    out += '}';
}

std::string nothing_called(host::catalog& catalog, std::string_view name) {
    std::vector<std::string> names = catalog.names();
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        const std::vector<std::string> types = catalog.types(kind);
        names.insert(names.end(), types.begin(), types.end());
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string text = "There is no plugin called " + config::quoted(name);
    const std::string meant = config::did_you_mean(name, views);
    text += meant.empty() ? "." : "; " + meant;
    return text + (text.ends_with('?') || text.ends_with('.') ? "" : ".") + " See: tactus plugins";
}

} // namespace

plugin_list open_all(host::catalog& catalog) {
    plugin_list list;
    for (const std::string& name : catalog.names()) {
        result<std::vector<host::found_plugin>> opened = catalog.open(name);
        if (!opened) {
            list.broken.push_back({name, opened.error().text});
            continue;
        }
        std::move(opened->begin(), opened->end(), std::back_inserter(list.found));
    }
    return list;
}

result<std::vector<host::found_plugin>> find_by_name(host::catalog& catalog,
                                                     std::string_view name) {
    result<std::vector<host::found_plugin>> opened = catalog.open(name);
    if (opened || opened.error().kind != error_kind::not_found) {
        return opened;
    }
    std::vector<host::found_plugin> of_type;
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        if (const result<host::found_plugin> found = catalog.find(kind, name)) {
            of_type.push_back(*found);
        }
    }
    if (of_type.empty()) {
        return fail(error_kind::not_found, nothing_called(catalog, name));
    }
    return of_type;
}

std::string kinds_text(const tactus_descriptor& plugin) {
    switch (plugin.kinds) {
    case TACTUS_KIND_INPUT:
        return "input";
    case TACTUS_KIND_OUTPUT:
        return "output";
    default:
        return "input, output";
    }
}

std::string to_text(const plugin_list& list) {
    std::vector<row> rows = {{"id", "type", "kinds", "version", "what it does", "file"}};
    for (const host::found_plugin& each : list.found) {
        const tactus_descriptor& is = *each.descriptor;
        rows.push_back({is.id, is.type, kinds_text(is), is.version, is.doc, each.path});
    }
    std::string out = list.found.empty() ? std::string() : aligned(rows);
    for (const broken_plugin& each : list.broken) {
        out += "broken: " + each.name + ": " + each.why + "\n";
    }
    return out;
}

std::string to_json(const plugin_list& list) {
    std::string out = "{\"plugins\":[";
    for (const host::found_plugin& each : list.found) {
        out += out.ends_with('[') ? "" : ",";
        append_plugin(out, each);
    }
    out += "],\"broken\":[";
    for (const broken_plugin& each : list.broken) {
        out += out.ends_with('[') ? "{" : ",{";
        append_member(out, "name", each.name);
        out += ',';
        append_member(out, "reason", each.why);
        out += '}';
    }
    return out + "]}";
}

} // namespace tactus::cli
