// SPDX-License-Identifier: MIT
#include "kernel/config/schema/schema_parts.hpp"

#include "kernel/config/schema/check_value.hpp"
#include "kernel/config/source/document.hpp"
#include "kernel/config/text.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <charconv>

namespace tactus::config {
namespace {

bool has_flag(const tactus_option& option, std::uint32_t flag) {
    return (option.flags & flag) != 0;
}

std::string number_json(double number) {
    char space[32];
    const auto end = std::to_chars(space, space + sizeof space, number);
    return {space, end.ptr};
}

std::string json_of(const node& from) {
    std::vector<std::string> items;
    json_object members;
    switch (from.kind) {
    case node_kind::boolean:
        return from.integer != 0 ? "true" : "false";
    case node_kind::integer:
        return std::to_string(from.integer);
    case node_kind::real:
        return number_json(from.real);
    case node_kind::list:
        std::transform(from.items.begin(), from.items.end(), std::back_inserter(items), json_of);
        return json_list(items);
    case node_kind::table:
        for (const entry& one : from.entries) {
            members.put(one.key, json_of(one.value));
        }
        return members.json();
    default:
        return json_text(from.text);
    }
}

std::string json_of(const char* toml) {
    const result<node, diagnostic> parsed = parse_value(toml);
    TACTUS_ASSERT(parsed.has_value()); // check_options has read it
    return json_of(*parsed);
}

json_object of_type(std::string_view type) {
    json_object made;
    made.put_text("type", type);
    return made;
}

std::string text_like(std::string_view pattern) {
    return of_type("string").put_text("pattern", pattern).json();
}

std::string any_of(const std::vector<std::string>& schemas) {
    return json_object().put("anyOf", json_list(schemas)).json();
}

// "64KiB" as a limit of a number of bytes.
std::string whole_json(const tactus_option& option, const char* toml) {
    const result<node, diagnostic> parsed = parse_value(toml);
    TACTUS_ASSERT(parsed.has_value());
    const result<value, complaint> read = read_unbounded(option, *parsed);
    TACTUS_ASSERT(read.has_value());
    return option.type == TACTUS_OPT_FLOAT ? number_json(read->real)
                                           : std::to_string(read->integer);
}

std::string number(const tactus_option& option, std::string_view type) {
    json_object made = of_type(type);
    if (option.min_toml != nullptr || option.type == TACTUS_OPT_BYTES) {
        made.put("minimum", option.min_toml != nullptr ? whole_json(option, option.min_toml) : "0");
    }
    if (option.max_toml != nullptr) {
        made.put("maximum", whole_json(option, option.max_toml));
    }
    return made.json();
}

bool may_be_negative(const tactus_option& option) {
    return option.min_toml != nullptr && std::string_view(option.min_toml).starts_with("\"-");
}

std::string endpoint(const tactus_option& option) {
    constexpr std::string_view host_and_port = "(\\[[^\\]]+\\]|[^\\[\\]:/ ]+):[0-9]{1,5}";
    std::string pattern;
    for (const std::string_view scheme : words_of(option.choices)) {
        const bool is_path = scheme.starts_with("unix");
        pattern += (pattern.empty() ? "" : "|") + std::string(scheme) + "://" +
                   (is_path ? "/.+" : std::string(host_and_port));
    }
    if (pattern.empty()) {
        pattern = host_and_port;
    }
    if (std::string_view(option.key).ends_with("listen")) { // or a socket of systemd, by name
        pattern += "|systemd://[^:/]+";
    }
    return text_like("^(" + pattern + ")$");
}

std::string choice(const tactus_option& option) {
    std::vector<std::string> words;
    for (const std::string_view word : words_of(option.choices)) {
        words.push_back(json_text(word));
    }
    return json_object().put("enum", json_list(words)).json();
}

} // namespace

json_object& json_object::put(std::string_view key, std::string_view json) {
    members_ += (members_.empty() ? "" : ",") + json_text(key) + ":" + std::string(json);
    return *this;
}

json_object& json_object::put_text(std::string_view key, std::string_view text) {
    return put(key, json_text(text));
}

std::string json_text(std::string_view text) {
    std::string made;
    append_json_string(made, text);
    return made;
}

std::string json_list(const std::vector<std::string>& items) {
    std::string made;
    for (const std::string& each : items) {
        made += (made.empty() ? "" : ",") + each;
    }
    return "[" + made + "]";
}

std::string description_of(const tactus_option& option) {
    std::string range = range_text(option);
    if (range.empty()) {
        return option.doc;
    }
    range.front() = 'E';
    return std::string(option.doc) + " " + range + ".";
}

std::string schema_of_value(option_table table, const tactus_option& option) {
    switch (option.type) {
    case TACTUS_OPT_BOOL: // or one of these words in its place
        return option.choices == nullptr
                   ? of_type("boolean").json()
                   : json_object()
                         .put("anyOf", json_list({of_type("boolean").json(), choice(option)}))
                         .json();
    case TACTUS_OPT_INT:
        if (std::string_view(option.key) == "schema") { // the layout that this version reads
            return json_object().put("const", option.default_toml).json();
        }
        return number(option, "integer");
    case TACTUS_OPT_FLOAT:
        return number(option, "number");
    case TACTUS_OPT_DURATION:
        return text_like(std::string(may_be_negative(option) ? "^-?" : "^") +
                         "[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h)$");
    case TACTUS_OPT_BYTES:
        return any_of({number(option, "integer"), text_like("^[0-9]+(B|KiB|MiB|GiB)?$")});
    case TACTUS_OPT_RATE:
        return text_like("^[0-9]+(\\.[0-9]+)?/(s|m|h)$");
    case TACTUS_OPT_CHOICE:
        return choice(option);
    case TACTUS_OPT_ENDPOINT:
        return endpoint(option);
    case TACTUS_OPT_TABLE:
        return has_flag(option, TACTUS_OPT_OR_TEXT)
                   ? any_of({of_type("string").json(), schema_of_table(table.children_of(option))})
                   : schema_of_table(table.children_of(option));
    default:
        return std::string_view(option.key) == "name" ? text_like(name_pattern)
                                                      : of_type("string").json();
    }
}

std::string schema_of(option_table table, const tactus_option& option) {
    const std::string one = schema_of_value(table, option);
    json_object made;
    made.put_text("description", description_of(option));
    if (option.default_toml != nullptr) {
        made.put("default", json_of(option.default_toml));
    }
    if (has_flag(option, TACTUS_OPT_ARRAY)) {
        json_object list = of_type("array").put("items", one);
        if (has_flag(option, TACTUS_OPT_REQUIRED)) {
            list.put("minItems", "1");
        }
        return made.put("anyOf", json_list({one, list.json()})).json();
    }
    const std::string described = made.json(); // the members of both, in one object
    return described.substr(0, described.size() - 1) + "," + one.substr(1);
}

std::string schema_of_table(option_table table) {
    json_object properties;
    std::vector<std::string> required;
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        properties.put(table[i].key, schema_of(table, table[i]));
        if (has_flag(table[i], TACTUS_OPT_REQUIRED)) {
            required.push_back(json_text(table[i].key));
        }
    }
    json_object made = of_type("object").put("properties", properties.json());
    if (!required.empty()) {
        made.put("required", json_list(required));
    }
    return made.put("additionalProperties", "false").json();
}

} // namespace tactus::config
