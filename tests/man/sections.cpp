// SPDX-License-Identifier: MIT
#include "tests/man/sections.hpp"

#include "kernel/cli/cli.hpp"
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/schema/check_value.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/daemon/methods/control_methods.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace tactus::man {
namespace {

std::string bold(std::string_view text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
    return "\\fI" + roff(text) + "\\fR";
}

// An entry of a list: what, and what it means.
std::string entry(const std::string& head, const std::string& text) {
    return ".TP\n" + head + "\n" + text + "\n";
}

// "TEXT" of "TEXT", "FLOAT" of "FLOAT:FLOAT in [0.1 - 1e+09]".
std::string type_word(const CLI::Option& option) {
    const std::string all = option.get_type_name();
    return all.substr(0, all.find(':'));
}

// An argument is named by its capitals, an option by its dashes.
std::string head_of(const CLI::Option& option) {
    const bool has_more = option.get_items_expected_max() > 1;
    if (option.get_positional() && option.get_lnames().empty()) {
        return italic(option.get_single_name()) + (has_more ? " ..." : "");
    }
    std::string head;
    for (const std::string& name : option.get_snames()) {
        head += (head.empty() ? "" : ", ") + bold("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        head += (head.empty() ? "" : ", ") + bold("--" + name);
    }
    return option.get_items_expected_max() > 0 ? head + " " + italic(type_word(option)) : head;
}

// "tactus run [OPTION...] FILE..."
std::string usage_of(const CLI::App& command, const std::string& name) {
    std::string made = bold(name) + " [" + italic("OPTION") + "...]";
    for (const CLI::Option* each : command.get_options()) {
        if (each->get_positional() && each->get_lnames().empty()) {
            const bool has_more = each->get_items_expected_max() > 1;
            const std::string one = italic(each->get_single_name()) + (has_more ? "..." : "");
            made += " " + (each->get_required() ? one : "[" + one + "]");
        }
    }
    return made;
}

std::string as_is(const std::vector<std::string>& lines) {
    std::string made = ".PP\n.EX\n";
    for (const std::string& line : lines) {
        made += roff(line) + "\n";
    }
    return made + ".EE\n";
}

std::string without_indent(const std::string& line) {
    return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

// Prose is filled; lines that are aligned with blanks, and examples, stay as they are.
std::string footer(const std::string& text) {
    std::string made;
    std::vector<std::string> kept;
    bool is_example = false;
    bool is_prose = false;
    std::istringstream lines(text);
    const auto flush = [&] {
        made += kept.empty() ? "" : as_is(kept);
        kept.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        constexpr std::string_view one = "Example: ";
        if (line == "Examples:" || line.starts_with(one)) {
            flush();
            is_example = true;
            if (line.starts_with(one)) {
                kept.push_back(line.substr(one.size()));
            }
        } else if (is_example || line.find("  ") != std::string::npos) {
            is_prose = false;
            kept.push_back(is_example ? without_indent(line) : line);
        } else {
            flush();
            made += std::string(is_prose ? "" : ".PP\n") + roff(line) + "\n";
            is_prose = true;
        }
    }
    flush();
    return made;
}

std::string command(const CLI::App& of, const std::string& name) {
    std::string made = ".SS " + roff(name) + "\n" + usage_of(of, name) + "\n.PP\n" +
                       roff(of.get_description()) + ".\n";
    for (const CLI::Option* each : of.get_options()) {
        if (!each->check_name("--help")) { // all have that
            made += entry(head_of(*each), roff(each->get_description()) + ".");
        }
    }
    made += footer(of.get_footer());
    for (const CLI::App* each : of.get_subcommands(nullptr)) {
        made += command(*each, name + " " + each->get_name());
    }
    return made;
}

std::string head_of(const tactus_option& option) {
    std::string head = bold(option.key);
    if ((option.flags & TACTUS_OPT_REQUIRED) != 0) {
        return head + " (required)";
    }
    return option.default_toml == nullptr ? head : head + " = " + roff(option.default_toml);
}

// "One sentence. A duration in quotes, like "250ms"; expected "1ms" to "1h". A list of such ..."
std::string text_of(const tactus_option& option) {
    std::string what = config::expectation(option);
    what.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(what.front())));
    const std::string range = config::range_text(option);
    what += range.empty() ? "" : "; " + range;
    what += (option.flags & TACTUS_OPT_ARRAY) != 0 ? "; or a list of such." : ".";
    return roff(option.doc) + "\n" + roff(what);
}

std::string table(config::option_table of) {
    std::string made;
    for (std::uint32_t i = 0; i < of.size(); ++i) {
        const tactus_option& option = of[i];
        made += entry(head_of(option), text_of(option));
        if (option.type == TACTUS_OPT_TABLE) {
            made += ".RS\n" + table(of.children_of(option)) + ".RE\n";
        }
    }
    return made;
}

std::string keys(std::string_view name, std::string_view doc,
                 std::span<const config::rule_key> all) {
    std::string made = entry(bold(name), roff(doc)) + ".RS\n";
    for (const config::rule_key& each : all) {
        made += entry(bold(each.key), roff(each.doc));
    }
    return made + ".RE\n";
}

struct known_plugin {
    const tactus_descriptor* plugin;
    std::string_view kind;
};

// By type; one that is both is listed for each.
std::vector<known_plugin> all_plugins(host::catalog& catalog) {
    std::vector<known_plugin> all;
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        for (const std::string& type : catalog.types(kind)) {
            if (const auto found = catalog.find(kind, type)) {
                all.push_back({found->descriptor, kind == TACTUS_KIND_INPUT ? "input" : "output"});
            }
        }
    }
    return all;
}

} // namespace

std::string roff(std::string_view text) {
    std::string made;
    bool is_bold = false;
    const bool has_pairs = std::count(text.begin(), text.end(), '`') % 2 == 0;
    for (const char c : text) {
        switch (c) {
        case '\\':
            made += "\\e";
            break;
        case '-':
            made += "\\-";
            break;
        case '\'':
            made += "\\(aq";
            break;
        case '^':
            made += "\\(ha";
            break;
        case '~':
            made += "\\(ti";
            break;
        case '`':
            is_bold = !is_bold;
            made += !has_pairs ? "\\(ga" : is_bold ? "\\fB" : "\\fR";
            break;
        default:
            made += made.empty() && c == '.' ? "\\&." : std::string(1, c);
        }
    }
    return made;
}

std::string commands(const CLI::App& app) {
    std::string made;
    for (const CLI::App* each : app.get_subcommands(nullptr)) {
        made += command(*each, app.get_name() + " " + each->get_name());
    }
    return made;
}

std::string exit_codes() {
    std::string made;
    for (const cli::exit_code& each : cli::exit_codes) {
        made += entry(bold(std::to_string(each.code)), roff(each.meaning));
    }
    return made;
}

std::string variables() {
    std::string made;
    for (const cli::variable& each : cli::variables) {
        made += entry(bold(each.name), roff(each.meaning));
    }
    return made;
}

std::string settings() {
    const config::option_table top = config::top_options();
    std::string made = ".SS Top of the file\n";
    for (std::uint32_t i = 0; i < top.size(); ++i) {
        if (top[i].type != TACTUS_OPT_TABLE) {
            made += table(config::option_table(&top[i], 1, top.stride()));
        }
    }
    for (std::uint32_t i = 0; i < top.size(); ++i) {
        if (top[i].type == TACTUS_OPT_TABLE) {
            made += ".SS [" + roff(top[i].key) + "]\n" + roff(top[i].doc) + "\n" +
                    table(top.children_of(top[i]));
        }
    }
    made += ".SS Every [[input]]\n" + table(config::instance_options(TACTUS_KIND_INPUT));
    made += ".SS Every [[output]]\n" + table(config::instance_options(TACTUS_KIND_OUTPUT));
    made += ".SS Inputs and outputs with connections\n" + table(config::stream_options());
    return made + ".SS [[route]]\n" + table(config::route_options()) +
           keys("match", "Which events the route takes, besides `address`: a table of these keys.",
                config::match_keys()) +
           keys("as", "What the route makes of them: a table of these keys.", config::as_keys());
}

std::string plugin_settings(host::catalog& catalog) {
    std::string made;
    for (const known_plugin& each : all_plugins(catalog)) {
        const config::option_table own = config::option_table::of(*each.plugin);
        made += ".SS [[" + roff(each.kind) + "]] with type = \\(dq" + roff(each.plugin->type) +
                "\\(dq\n" + roff(each.plugin->doc) + "\n" +
                (own.size() > 0 ? table(own) : std::string("It has no settings of its own.\n"));
        made += config::uses_streams(*each.plugin)
                    ? ".PP\nIt also has the settings of inputs and outputs with connections.\n"
                    : "";
    }
    return made;
}

std::string plugin_list(host::catalog& catalog) {
    std::string made;
    for (const known_plugin& each : all_plugins(catalog)) {
        made +=
            entry(bold(each.plugin->type) + " (" + roff(each.kind) + ")", roff(each.plugin->doc));
    }
    return made;
}

std::string methods() {
    std::string made;
    for (const control::method& each : daemon::control_methods::listed()) {
        made += entry(bold(each.name) + (each.changes ? "" : " (status.sock too)"),
                      roff(each.does) + (each.parameters.empty()
                                             ? ""
                                             : "\nParameters: " + roff(each.parameters) + "."));
    }
    return made;
}

} // namespace tactus::man
