// SPDX-License-Identifier: MIT
#include "kernel/cli/plugin_list.hpp"

#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"
#include "kernel/host/loading/sha256.hpp"

#include <tactus/cpp/json_writer.hpp>

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

void append_plugin(json_writer& json, const host::found_plugin& plugin) {
    const tactus_descriptor& is = *plugin.descriptor;
    json.begin_object().member("id", is.id).member("type", is.type).begin_list("kinds");
    if ((is.kinds & TACTUS_KIND_INPUT) != 0) {
        json.element("input");
    }
    if ((is.kinds & TACTUS_KIND_OUTPUT) != 0) {
        json.element("output");
    }
    json.end_list().member("version", is.version).member("doc", is.doc);
    json.member("file", plugin.path).member("sha256", host::sha256_of_file(plugin.path));
    json.end_object();
}

// A file's name may contain any bytes, as may the texts of a plugin about itself.
std::string shown(std::string_view text) {
    return config::one_line(text);
}

std::string nothing_called(host::catalog& catalog, std::string_view name) {
    std::vector<std::string> names = catalog.names();
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        const std::vector<std::string> types = catalog.types(kind);
        names.insert(names.end(), types.begin(), types.end());
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string text = "There is no plugin " + config::quoted(name);
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
        rows.push_back({shown(is.id), shown(is.type), kinds_text(is), shown(is.version),
                        shown(is.doc), shown(each.path)});
    }
    std::string out = list.found.empty() ? std::string() : aligned(rows);
    for (const broken_plugin& each : list.broken) {
        out += "broken: " + shown(each.name) + ": " + shown(each.why) + "\n";
    }
    return out;
}

std::string to_json(const plugin_list& list) {
    std::string out;
    json_writer json(out);
    json.begin_object().begin_list("plugins");
    for (const host::found_plugin& each : list.found) {
        append_plugin(json, each);
    }
    json.end_list().begin_list("broken");
    for (const broken_plugin& each : list.broken) {
        json.begin_object().member("name", each.name).member("reason", each.why).end_object();
    }
    json.end_list().end_object();
    return out;
}

} // namespace tactus::cli
