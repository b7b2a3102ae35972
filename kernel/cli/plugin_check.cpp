// SPDX-License-Identifier: MIT
// `tactus plugin check FILE`.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "sdk/checker/checker.hpp"

#include <cstdio>
#include <filesystem>

namespace tactus::cli {
namespace {

int list_checks() {
    for (const checker::check_info& each : checker::all_checks()) {
        std::printf("%-20s  %s\n", each.name.c_str(), each.doc.c_str());
    }
    return exit_ok;
}

int refuse(const std::string& why) {
    std::fprintf(stderr, "tactus: %s\n", why.c_str());
    return exit_usage;
}

} // namespace

int check_plugin(const plugin_check_options& options) {
    if (options.list) {
        return list_checks();
    }
    if (options.file.empty()) {
        return refuse("FILE is required. See: tactus plugin check --help");
    }
    checker::check_options with;
    for (const std::string& each : options.settings) {
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos || equals == 0) {
            return refuse("--set takes KEY=VALUE, and \"" + each + "\" has no key or no value.");
        }
        with.settings.push_back({each.substr(0, equals), each.substr(equals + 1)});
    }
    std::error_code failed;
    if (!std::filesystem::is_regular_file(options.file, failed)) {
        std::fprintf(stderr, "tactus: there is no file %s.\n", options.file.c_str());
        return exit_failure;
    }
    // dlopen() searches the system's folders for a name without a slash.
    with.file = std::filesystem::absolute(options.file);
    with.only = options.only;
    with.limit_s = options.limit_s;
    const bool is_for_people = !options.json && !options.junit;
    const auto tell = [&](const checker::check_result& each) {
        if (is_for_people) {
            std::printf("%s\n", checker::to_line(each).c_str());
            std::fflush(stdout);
        }
    };
    const std::vector<checker::check_result> results = checker::check_plugin(with, tell);
    if (options.json) {
        std::printf("%s\n", checker::to_json(with.file, results).c_str());
    } else if (options.junit) {
        std::fputs(checker::to_junit(with.file, results).c_str(), stdout);
    }
    return checker::is_good(results) ? exit_ok : exit_failure;
}

} // namespace tactus::cli
