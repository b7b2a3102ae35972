// SPDX-License-Identifier: MIT
// The names of a fragment are read by their lines, not by a TOML parser: documents are written
// plainly, and what is read wrongly makes `tactus check` fail, never pass.
#include "tests/docs/run_block.hpp"

#include <algorithm>
#include <regex>

namespace tactus::docs {
namespace {

using names = std::vector<std::string>;

struct parts {
    names inputs, outputs; // that are defined
    names from, to;        // that routes ask for
    bool has_route = false;
};

void add_names(const std::string& value, names& to) {
    static const std::regex quoted("\"([^\"]*)\"");
    for (auto at = std::sregex_iterator(value.begin(), value.end(), quoted);
         at != std::sregex_iterator(); ++at) {
        if (std::find(to.begin(), to.end(), (*at)[1].str()) == to.end()) {
            to.push_back((*at)[1]);
        }
    }
}

parts parts_of(const std::string& fragment) {
    static const std::regex table(R"(\s*\[\[?([a-z_.]+)\]\]?\s*(#.*)?)");
    static const std::regex setting(R"(\s*(name|from|to)\s*=\s*(\[[^\]]*\]|"[^"]*").*)");
    parts found;
    std::string section;
    for (const std::string& line : lines_of(fragment)) {
        std::smatch match;
        if (std::regex_match(line, match, table)) {
            section = match[1];
            found.has_route = found.has_route || section == "route";
        } else if (std::regex_match(line, match, setting)) {
            const bool is_name = match[1] == "name";
            if (is_name && section == "input") {
                add_names(match[2], found.inputs);
            } else if (is_name && section == "output") {
                add_names(match[2], found.outputs);
            } else if (!is_name && section == "route") {
                add_names(match[2], match[1] == "from" ? found.from : found.to);
            }
        }
    }
    return found;
}

std::string instances(const std::string& kind, const names& of) {
    std::string text;
    for (const std::string& name : of) {
        text += "\n[[" + kind + "]]\nname = \"" + name + "\"\ntype = \"memory\"\nchannel = \"of-" +
                kind + "s\"\n";
    }
    return text;
}

std::string list(const names& of) {
    std::string text;
    for (const std::string& name : of) {
        text += (text.empty() ? "\"" : ", \"") + name + "\"";
    }
    return "[" + text + "]";
}

// Without the comments that say where each value is from, and what was removed.
std::string without_origins(const std::string& shown) {
    std::string text;
    for (const std::string& line : lines_of(shown)) {
        const std::size_t end = line.find_last_not_of(' ', line.rfind("  # "));
        const std::string value = line.substr(0, end + 1);
        text += line.starts_with("# ") || line.empty() ? "" : value + "\n";
    }
    return text;
}

} // namespace

// Only a kind that is missing as a whole is added: a name that is wrong stays wrong.
std::string completed_toml(const std::string& fragment) {
    const parts is = parts_of(fragment);
    names inputs = is.inputs;
    names outputs = is.outputs;
    std::string text = fragment;
    if (inputs.empty()) {
        inputs = is.from.empty() ? names{"some-input"} : is.from;
        text += instances("input", inputs);
    }
    if (outputs.empty()) {
        outputs = is.to.empty() ? names{"some-output"} : is.to;
        text += instances("output", outputs);
    }
    if (!is.has_route) {
        text += "\n[[route]]\nfrom = " + list(inputs) + "\nto = " + list(outputs) + "\n";
    }
    return text;
}

std::string not_shown_again(const names& files, const build_environment& here) {
    const auto show = [&](const names& these) {
        names arguments = {here.program.string(), "check", "--no-environment", "--show"};
        arguments.insert(arguments.end(), these.begin(), these.end());
        test::process::options with;
        with.environment = {"TACTUS_PLUGIN_PATH=" + here.plugin_path};
        return run_limited(arguments, with);
    };
    const test::finished first = show(files);
    if (first.code != 0) {
        return "tactus check --show ends with " + std::to_string(first.code) + ":\n" + first.err;
    }
    const test::temp_dir folder;
    const test::finished second = show({folder.write("shown.toml", first.out)});
    if (second.code != 0) {
        return "what tactus check --show prints is refused:\n" + second.err + first.out;
    }
    const std::string wanted = without_origins(first.out);
    const std::string came = without_origins(second.out);
    return wanted == came ? "" : "it is shown as\n" + wanted + "and then as\n" + came;
}

outcome run_toml(const block& each, const build_environment& here) {
    const test::temp_dir folder;
    const std::string file = folder.write("block.toml", completed_toml(each.text));
    test::process::options with;
    with.environment = {"TACTUS_PLUGIN_PATH=" + here.plugin_path};
    const test::finished checked =
        run_limited({here.program.string(), "check", "--no-environment", file}, with);
    if (checked.code != 0) {
        return {"tactus check ends with " + std::to_string(checked.code) + ":\n" + checked.err};
    }
    if (!checked.err.empty()) {
        return {"tactus check warns:\n" + checked.err};
    }
    return {not_shown_again({file}, here)};
}

} // namespace tactus::docs
