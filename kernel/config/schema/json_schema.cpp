// SPDX-License-Identifier: MIT
#include "kernel/config/schema/json_schema.hpp"

#include "kernel/config/schema/schema_parts.hpp"
#include "kernel/config/schema/sections.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::config {
namespace {

constexpr std::string_view kept_open = "{}";

// Adds two blanks for each level, and a line end after each item.
std::string indented(std::string_view json) {
    std::string out;
    std::size_t depth = 0;
    bool is_in_text = false;
    const auto break_line = [&] { out += "\n" + std::string(2 * depth, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (is_in_text) {
            out += c;
            if (c == '\\') {
                out += json[++i];
            }
            is_in_text = c != '"';
        } else if ((c == '{' || c == '[') && (json[i + 1] == '}' || json[i + 1] == ']')) {
            out += json.substr(i++, 2);
        } else if (c == '{' || c == '[') {
            out += c;
            ++depth;
            break_line();
        } else if (c == '}' || c == ']') {
            --depth;
            break_line();
            out += c;
        } else if (c == ',') {
            out += c;
            break_line();
        } else {
            out += c == ':' ? std::string(": ") : std::string(1, c);
            is_in_text = c == '"';
        }
    }
    return out + "\n";
}

std::string only(std::string_view key, std::string_view json) {
    return json_object().put(key, json).json();
}

// A part of "definitions": options that several types have.
struct shared_table {
    std::string_view name;
    option_table options;
};
shared_table kernels(std::uint32_t kind) {
    return {kind == TACTUS_KIND_INPUT ? "input" : "output", instance_options(kind)};
}
shared_table streams() {
    return {"stream", stream_options()};
}

std::string reference_to(const shared_table& of, std::string_view key) {
    return only("$ref",
                json_text("#/definitions/" + std::string(of.name) + "." + std::string(key)));
}

std::string definitions() {
    json_object all;
    for (const shared_table& each :
         {kernels(TACTUS_KIND_INPUT), kernels(TACTUS_KIND_OUTPUT), streams()}) {
        for (std::uint32_t i = 0; i < each.options.size(); ++i) {
            all.put(std::string(each.name) + "." + each.options[i].key,
                    schema_of(each.options, each.options[i]));
        }
    }
    return all.json();
}

void put_references(json_object& properties, const shared_table& of) {
    for (std::uint32_t i = 0; i < of.options.size(); ++i) {
        properties.put(of.options[i].key, reference_to(of, of.options[i].key));
    }
}

std::vector<std::string> required_of(option_table table) {
    std::vector<std::string> keys;
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        if ((table[i].flags & TACTUS_OPT_REQUIRED) != 0) {
            keys.push_back(json_text(table[i].key));
        }
    }
    return keys;
}

// The keys of one type: it allows no others, and requires those that it needs.
std::string instance_of(const tactus_descriptor& plugin, std::uint32_t kind) {
    const option_table own = option_table::of(plugin);
    json_object properties;
    for (std::uint32_t i = 0; i < own.size(); ++i) {
        properties.put(own[i].key, schema_of(own, own[i]));
    }
    if (uses_streams(plugin)) {
        put_references(properties, streams());
    }
    put_references(properties, kernels(kind));
    std::vector<std::string> required = required_of(instance_options(kind));
    for (std::string& key : required_of(own)) {
        required.push_back(std::move(key));
    }
    return json_object()
        .put_text("description", plugin.doc)
        .put("properties", properties.json())
        .put("required", json_list(required))
        .put("additionalProperties", "false")
        .json();
}

// For editors, which look for keys to complete here and not among conditions: each key, and its
// meaning for each type that has it.
std::string all_keys(std::span<const tactus_descriptor* const> plugins, std::uint32_t kind) {
    json_object properties;
    put_references(properties, kernels(kind));
    std::vector<std::string_view> order;
    std::map<std::string_view, std::string> meanings;
    bool has_streams = false;
    for (const tactus_descriptor* plugin : plugins) {
        const option_table own = option_table::of(*plugin);
        for (std::uint32_t i = 0; i < own.size(); ++i) {
            std::string& meaning = meanings[own[i].key];
            if (meaning.empty()) {
                order.emplace_back(own[i].key);
            }
            meaning += (meaning.empty() ? "(" : "\n(") + std::string(plugin->type) + ") " +
                       description_of(own[i]);
        }
        has_streams = has_streams || uses_streams(*plugin);
    }
    for (const std::string_view key : order) {
        properties.put(key, json_object().put_text("description", meanings[key]).json());
    }
    if (has_streams) {
        put_references(properties, streams());
    }
    return properties.json();
}

// `[[input]]` or `[[output]]`. Only the name is always needed: the file may be one of several that
// changes one setting, or removes it.
std::string instances(std::span<const tactus_descriptor* const> all, std::uint32_t kind) {
    std::vector<const tactus_descriptor*> plugins;
    std::copy_if(all.begin(), all.end(), std::back_inserter(plugins),
                 [kind](const tactus_descriptor* each) { return (each->kinds & kind) != 0; });
    std::vector<std::string> by_type;
    for (const tactus_descriptor* plugin : plugins) {
        const std::string is_it =
            json_object()
                .put("properties", only("type", only("const", json_text(plugin->type))))
                .put("required", R"(["type"])")
                .json();
        by_type.push_back(
            json_object().put("if", is_it).put("then", instance_of(*plugin, kind)).json());
    }
    const std::string is_removed =
        R"({"properties":{"enabled":{"const":false}},"required":["enabled"]})";
    json_object item;
    item.put_text("type", "object");
    item.put("properties", all_keys(plugins, kind)).put("required", R"(["name"])");
    if (!by_type.empty()) {
        item.put("if", is_removed)
            .put("then", kept_open)
            .put("else", only("allOf", json_list(by_type)));
    }
    return json_object()
        .put_text("description",
                  kind == TACTUS_KIND_INPUT ? "Where events come from." : "Where events are sent.")
        .put_text("type", "array")
        .put("items", item.json())
        .json();
}

std::string routes() {
    const option_table table = route_options();
    json_object properties;
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        properties.put(table[i].key, schema_of(table, table[i]));
    }
    properties.put("match", schema_of_match()).put("as", schema_of_as());
    const std::string item = json_object()
                                 .put_text("type", "object")
                                 .put("properties", properties.json())
                                 .put("additionalProperties", "false")
                                 .put("if", R"({"required":["name"]})") // it may be in another file
                                 .put("then", kept_open)
                                 .put("else", only("required", json_list(required_of(table))))
                                 .json();
    return json_object()
        .put_text("description", "Which events go from which inputs to which outputs.")
        .put_text("type", "array")
        .put("items", item)
        .json();
}

} // namespace

std::string json_schema(std::span<const tactus_descriptor* const> plugins) {
    const option_table top = top_options();
    json_object properties;
    for (std::uint32_t i = 0; i < top.size(); ++i) {
        properties.put(top[i].key, schema_of(top, top[i]));
    }
    properties.put("input", instances(plugins, TACTUS_KIND_INPUT))
        .put("output", instances(plugins, TACTUS_KIND_OUTPUT))
        .put("route", routes());
    return indented(json_object()
                        .put_text("$schema", "http://json-schema.org/draft-07/schema#")
                        .put_text("title", "Configuration of tactus")
                        .put_text("description",
                                  "Made by `tactus schema`; `tactus check` finds more than this.")
                        .put_text("type", "object")
                        .put("properties", properties.json())
                        .put("additionalProperties", "false")
                        .put("definitions", definitions())
                        .json());
}

} // namespace tactus::config
