// SPDX-License-Identifier: MIT
#include "kernel/cli/usage.hpp"

#include "kernel/cli/end_of_options.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace tactus::cli {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* each : app.get_subcommands(nullptr)) {
        names.push_back(each->get_name());
    }
    return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* each : app.get_options()) {
        for (const std::string& name : each->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

std::string meant(std::string_view word, const std::vector<std::string>& names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string hint = config::did_you_mean(word, views);
    return hint.empty() ? "." : "; " + hint;
}

// The innermost command given, with its words: "tactus plugins show".
const CLI::App& innermost(const CLI::App& app, std::string& words) {
    const std::vector<CLI::App*> named = app.get_subcommands();
    words += (words.empty() ? "" : " ") + app.get_name();
    return named.empty() ? app : innermost(*named.front(), words);
}

} // namespace

std::string no_such_command(const CLI::App& app, std::string_view word) {
    return "tactus: unknown command " + config::quoted(word) + meant(word, command_names(app)) +
           " See: tactus --help\n";
}

std::string usage_error(const CLI::App& app, const CLI::ParseError& error, std::string_view first) {
    const std::vector<std::string> commands = command_names(app);
    if (!first.empty() && !first.starts_with('-') &&
        std::find(commands.begin(), commands.end(), first) == commands.end()) {
        return no_such_command(app, first);
    }
    std::string words;
    const CLI::App& command = innermost(app, words);
    if (first.empty()) {
        return words + ": expected a command. See: " + words + " --help\n";
    }
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty()) {
        const bool is_option = unknown.front().starts_with('-');
        return words + ": " + (is_option ? "unknown option " : "unexpected argument ") +
               config::quoted(unmarked(unknown.front())) +
               (is_option ? meant(unknown.front(), option_names(command)) : ".") +
               " See: " + words + " --help\n";
    }
    return words + ": " + error.what() + ". See: " + words + " --help\n";
}

std::string is_number(const std::string& text) {
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? "not a number" : "";
}

} // namespace tactus::cli
