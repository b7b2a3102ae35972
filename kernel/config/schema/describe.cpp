// SPDX-License-Identifier: MIT
#include "kernel/config/schema/describe.hpp"

#include "kernel/config/schema/check_value.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/config/text.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace tactus::config {
namespace {

bool has_flag(const tactus_option& option, std::uint32_t flag) {
    return (option.flags & flag) != 0;
}

std::string type_word(const tactus_option& option) {
    constexpr std::array<const char*, 10> words{"true/false", "integer", "number", "text",
                                                "duration",   "size",    "rate",   "choice",
                                                "address",    "table"};
    const std::string word =
        option.type >= 1 && option.type <= words.size() ? words[option.type - 1] : "unknown";
    if (has_flag(option, TACTUS_OPT_OR_TEXT)) {
        return "text or " + word;
    }
    return has_flag(option, TACTUS_OPT_ARRAY) ? "list of " + word : word;
}

std::string preset_word(const tactus_option& option) {
    if (has_flag(option, TACTUS_OPT_REQUIRED)) {
        return "required";
    }
    return option.default_toml != nullptr ? option.default_toml : "-";
}

// `One sentence. Expected "1ms" to "1h".`
std::string explanation(const tactus_option& option) {
    std::string out = option.doc;
    const std::vector<std::string_view> choices = words_of(option.choices);
    if (!choices.empty() && option.type != TACTUS_OPT_BOOL) {
        out += option.type == TACTUS_OPT_ENDPOINT ? " Schemes: " : " One of ";
        out += listed(choices, "or") + ".";
    }
    std::string range = range_text(option);
    if (!range.empty()) {
        range.front() = 'E';
        out += " " + range + ".";
    }
    return out;
}

struct line {
    std::array<std::string, 3> columns;
    std::string text;
};

void collect(option_table table, const std::string& indent, std::vector<line>& into) {
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        const tactus_option& option = table[i];
        into.push_back(
            {{indent + option.key, type_word(option), preset_word(option)}, explanation(option)});
        if (option.type == TACTUS_OPT_TABLE) {
            collect(table.children_of(option), indent + "  ", into);
        }
    }
}

std::string aligned(const std::vector<line>& lines) {
    std::array<std::size_t, 3> widths{};
    for (const line& one : lines) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], one.columns[i].size());
        }
    }
    std::string out;
    for (const line& one : lines) {
        out += "  ";
        for (std::size_t i = 0; i < widths.size(); ++i) {
            out += one.columns[i];
            out.append(widths[i] - one.columns[i].size() + 2, ' ');
        }
        out += one.text + "\n";
    }
    return out;
}

std::vector<std::uint32_t> kinds_of(const tactus_descriptor& plugin) {
    std::vector<std::uint32_t> kinds;
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        if ((plugin.kinds & kind) != 0) {
            kinds.push_back(kind);
        }
    }
    return kinds;
}

std::string kind_word(std::uint32_t kind) {
    return kind == TACTUS_KIND_INPUT ? "input" : "output";
}

void append_json_options(json_writer& json, option_table table) {
    json.begin_list("options");
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        const tactus_option& option = table[i];
        json.begin_object().member("key", option.key).member("type", type_word(option));
        json.member("required", has_flag(option, TACTUS_OPT_REQUIRED));
        json.member("list", has_flag(option, TACTUS_OPT_ARRAY));
        json.member("secret", has_flag(option, TACTUS_OPT_SECRET));
        json.member("default", option.default_toml);
        json.member("min", option.min_toml).member("max", option.max_toml);
        json.begin_list("choices");
        for (const std::string_view choice : words_of(option.choices)) {
            json.element(choice);
        }
        json.end_list().member("doc", option.doc);
        append_json_options(json, table.children_of(option));
        json.end_object();
    }
    json.end_list();
}

// Uses different examples for listening and sending: the same one would form a circle.
std::string example_endpoint(std::string_view key, const std::vector<std::string_view>& schemes) {
    const std::string port = key == "to" ? "9001" : "9000";
    return schemes.empty() ? quoted("127.0.0.1:" + port)
           : schemes.front() == "unix"
               ? quoted("unix:///run/tactus/in.sock")
               : quoted(std::string(schemes.front()) + "://127.0.0.1:" + port);
}

// A value that the option accepts, if it has no default.
std::string example_value(option_table table, const tactus_option& option);

std::string example_table(option_table table) {
    std::string out = "{";
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        if (has_flag(table[i], TACTUS_OPT_REQUIRED)) {
            out += out.size() > 1 ? ", " : " ";
            out += table[i].key;
            out += " = " + example_value(table, table[i]);
        }
    }
    return out + " }";
}

std::string example_value(option_table table, const tactus_option& option) {
    const std::vector<std::string_view> choices = words_of(option.choices);
    if (option.default_toml != nullptr) {
        return option.default_toml;
    }
    if (option.type == TACTUS_OPT_RATE) {
        return "\"2000/s\""; // if it has a limit at all, its minimum is a poor example
    }
    if (option.min_toml != nullptr || option.max_toml != nullptr) {
        return option.min_toml != nullptr ? option.min_toml : option.max_toml;
    }
    switch (option.type) {
    case TACTUS_OPT_BOOL:
        return "false";
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
        return "0";
    case TACTUS_OPT_DURATION:
        return "\"250ms\"";
    case TACTUS_OPT_BYTES:
        return "\"64KiB\"";
    case TACTUS_OPT_CHOICE:
        return quoted(choices.front());
    case TACTUS_OPT_ENDPOINT:
        return example_endpoint(option.key, choices);
    case TACTUS_OPT_TABLE:
        return has_flag(option, TACTUS_OPT_OR_TEXT) ? "\"...\""
                                                    : example_table(table.children_of(option));
    default:
        return "\"...\"";
    }
}

// `# text` above `key = value`; the line is a comment if omitting it has the same effect.
void append_sample(std::string& out, option_table table) {
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        const tactus_option& option = table[i];
        const bool is_unset =
            option.default_toml == nullptr && !has_flag(option, TACTUS_OPT_REQUIRED);
        out +=
            "# " + explanation(option) + (is_unset ? " Not set by default; an example:\n" : "\n");
        out += has_flag(option, TACTUS_OPT_REQUIRED) ? "" : "# ";
        out += option.key;
        out += " = " + example_value(table, option) + "\n";
    }
}

} // namespace

std::string describe_text(const tactus_descriptor& plugin) {
    std::string out = std::string(plugin.type) + " (" + plugin.id + " " + plugin.version + ", " +
                      plugin.vendor + ", " + plugin.license + ")\n" + plugin.doc + "\n";
    std::vector<line> lines;
    collect(option_table::of(plugin), "", lines);
    out += lines.empty() ? "\nIt has no options of its own.\n" : "\noptions\n" + aligned(lines);
    if (uses_streams(plugin)) {
        lines.clear();
        collect(stream_options(), "", lines);
        out += "\nlimits of its connections\n" + aligned(lines);
    }
    for (const std::uint32_t kind : kinds_of(plugin)) {
        lines.clear();
        collect(instance_options(kind), "", lines);
        out += "\nevery " + kind_word(kind) + " has\n" + aligned(lines);
    }
    return out;
}

std::string describe_json(const tactus_descriptor& plugin) {
    std::string out;
    json_writer json(out);
    json.begin_object().member("id", plugin.id).member("type", plugin.type).begin_list("kinds");
    for (const std::uint32_t kind : kinds_of(plugin)) {
        json.element(kind_word(kind));
    }
    json.end_list().member("version", plugin.version).member("vendor", plugin.vendor);
    json.member("license", plugin.license).member("doc", plugin.doc);
    json.member("has_connections", uses_streams(plugin));
    append_json_options(json, option_table::of(plugin));
    json.end_object();
    return out;
}

std::string sample_toml(const tactus_descriptor& plugin, std::uint32_t kind) {
    std::string out = "[[" + kind_word(kind) + "]]\n";
    std::string name = "my-";
    for (const char c : std::string_view(plugin.type)) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        name += is_plain ? c : '-';
    }
    out += "name = \"" + name + "\"\ntype = " + quoted(plugin.type) + "\n";
    append_sample(out, option_table::of(plugin));
    if (uses_streams(plugin)) {
        append_sample(out, stream_options());
    }
    const option_table shared = instance_options(kind);
    for (std::uint32_t i = 0; i < shared.size(); ++i) {
        if (!has_flag(shared[i], TACTUS_OPT_REQUIRED)) { // name and type were written above
            append_sample(out, option_table(&shared[i], 1, shared.stride()));
        }
    }
    return out;
}

std::string sample_sections_toml() {
    std::string out;
    const option_table top = top_options();
    for (std::uint32_t i = 0; i < top.size(); ++i) {
        const tactus_option& option = top[i];
        if (option.type != TACTUS_OPT_TABLE) {
            append_sample(out, option_table(&option, 1, top.stride()));
            continue;
        }
        out += "\n[" + std::string(option.key) + "] # " + option.doc + "\n";
        append_sample(out, top.children_of(option));
    }
    return out;
}

} // namespace tactus::config
