// SPDX-License-Identifier: MIT
// `tactus plugin check FILE`.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/daemon/process/crash_report.hpp"
#include "kernel/host/loading/library.hpp"
#include "sdk/checker/checker.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::cli {
namespace {

std::vector<std::string_view> names_of(const std::vector<checker::check_info>& all) {
    std::vector<std::string_view> names;
    for (const checker::check_info& each : all) {
        names.push_back(each.name);
    }
    return names;
}

// The tests whose names have a part of the text: "send" for "send-bathces".
std::string names_near(const std::string& text) {
    const std::vector<checker::check_info> all = checker::all_checks();
    const std::vector<std::string_view> names = names_of(all);
    std::string near(config::suggestion(text, names));
    const std::string head = text.substr(0, text.find('-'));
    for (const std::string_view name : names) {
        const bool is_like = !head.empty() && name.find(head) != std::string_view::npos;
        near += is_like && name != near ? (near.empty() ? "" : ", ") + std::string(name) : "";
    }
    return near;
}

std::string only_fault(const std::string& only) {
    const std::vector<checker::check_info> all = checker::all_checks();
    for (const checker::check_info& each : all) {
        if (each.name.find(only) != std::string::npos) {
            return "";
        }
    }
    const std::string near = names_near(only);
    return "no test has \"" + only + "\" in its name. " +
           (near.empty() ? "tactus plugin check --list shows all." : "There are: " + near + ".");
}

int list_checks(bool as_json) {
    if (as_json) {
        std::string text;
        tactus::json_writer json(text);
        json.begin_object().begin_list("tests");
        for (const checker::check_info& each : checker::all_checks()) {
            json.begin_object().member("name", each.name).member("doc", each.doc).end_object();
        }
        json.end_list().end_object();
        std::printf("%s\n", text.c_str());
        return exit_ok;
    }
    for (const checker::check_info& each : checker::all_checks()) {
        std::printf("%-20s  %s\n", each.name.c_str(), each.doc.c_str());
    }
    return exit_ok;
}

int refuse(const std::string& why) {
    return fail_with(exit_usage, why);
}

} // namespace

int check_plugin(const plugin_check_options& options) {
    if (options.list) {
        return options.junit ? refuse("--list has no form in JUnit's XML.")
                             : list_checks(options.json);
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
    if (const std::string why = host::missing_file(options.file); !why.empty()) {
        return fail_with(exit_failure, options.file + " cannot be checked: " + why + ".");
    }
    // dlopen() searches the system's folders for a name without a slash.
    with.file = std::filesystem::absolute(options.file);
    with.only = options.only;
    with.limit_s = options.limit_s;
    if (const std::string fault = only_fault(with.only); !fault.empty()) {
        return refuse(fault);
    }
    if (const std::string fault = checker::setting_fault(with); !fault.empty()) {
        return refuse(fault);
    }
    daemon::expect_exit(); // in a test's process it is the checker who judges it
    const bool is_for_people = !options.json && !options.junit;
    const auto tell = [&](const checker::check_result& each) {
        if (is_for_people) {
            print(stdout, checker::to_line(each) + "\n");
            std::fflush(stdout);
        }
    };
    const std::vector<checker::check_result> results = checker::check_plugin(with, tell);
    if (options.json) {
        std::printf("%s\n", checker::to_json(with.file, results).c_str());
    } else if (options.junit) {
        std::fputs(checker::to_junit(with.file, results).c_str(), stdout);
    }
    if (results.empty()) {
        return fail_with(exit_failure,
                         "no test with \"" + with.only + "\" in its name applies to this plugin.");
    }
    return checker::is_good(results) ? exit_ok : exit_failure;
}

} // namespace tactus::cli
