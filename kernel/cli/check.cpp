// SPDX-License-Identifier: MIT
// `tactus check FILE...`: lists all errors of a configuration, and the things that it requires and
// this machine does not have now; or shows all its values.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/connect.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/load.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/config/analysis/sysex_reach.hpp"
#include "kernel/config/text.hpp"
#include "kernel/control/socket_folder.hpp"
#include "kernel/control/status_report.hpp"
#include "kernel/daemon/checks/environment_check.hpp"
#include "kernel/host/loading/file_trust.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <unistd.h>
#include <utility>

namespace tactus::cli {
namespace {

constexpr std::int64_t answer_limit_ns = 2'000'000'000; // of a daemon that may hang

std::string joined(const std::vector<std::string>& paths) {
    std::string all;
    for (const std::string& each : paths) {
        all += (all.empty() ? "" : " + ") + each;
    }
    return all;
}

// A daemon runs these files, as far as this user may ask.
bool are_run(const std::vector<std::string>& files) {
    std::vector<std::string> absolute;
    for (const std::string& each : files) {
        absolute.push_back(std::filesystem::absolute(each).lexically_normal().string());
    }
    const std::string paths = joined(absolute);
    const auto runs_them = [&](const control::found_socket& at) {
        result<control::client> daemon = control::client::connect(at.path);
        if (!daemon) {
            return false;
        }
        const auto said = daemon->call("status", {}, answer_limit_ns);
        const auto report = said ? control::read_status(*said)
                                 : result<control::status_report>(control::status_report());
        return report && report->config_path == paths;
    };
    const std::vector<control::found_socket> all = control::find_sockets(control::status_socket);
    return std::any_of(all.begin(), all.end(), runs_them);
}

// Returns false if something that the file requires is not available now.
bool add_environment(const std::vector<std::string>& files, checked& file, host::catalog& catalog,
                     bool& has_hung) {
    std::vector<config::diagnostic> found =
        daemon::check_environment(file.daemon->settings(), catalog, are_run(files), has_hung);
    const bool is_possible = std::none_of(found.begin(), found.end(), [](const auto& each) {
        return each.level == config::severity::error;
    });
    std::move(found.begin(), found.end(), std::back_inserter(file.found));
    std::stable_sort(file.found.begin(), file.found.end(),
                     [](const auto& a, const auto& b) { return a.where < b.where; });
    return is_possible;
}

// As `run` does. A service may have rights that this user has not: then a warning says what that
// would do.
void guard(host::catalog& catalog, std::vector<config::diagnostic>& warnings) {
    if (::geteuid() == 0) {
        catalog.guard_by(&host::why_untrusted);
        return;
    }
    catalog.guard_by([&warnings](const std::string& path) {
        if (const std::string why = host::why_untrusted(path); !why.empty()) {
            config::diagnostic what{
                {}, "a daemon of root, or a service, does not open the plugin " + path};
            what.help = why;
            what.level = config::severity::warning;
            const auto is_said = [&](const auto& each) { return each.message == what.message; };
            if (std::none_of(warnings.begin(), warnings.end(), is_said)) {
                warnings.push_back(std::move(what));
            }
        }
        return std::string();
    });
}

void print_result(const check_options& options, const checked& file, bool is_possible) {
    if (options.json) {
        std::printf("%s\n", config::render_json(file.found, file.sources).c_str());
        return;
    }
    const bool is_said_below = !is_possible && !options.show;
    std::fputs(config::render(file.found, file.sources, is_said_below ? "" : "nothing was started")
                   .c_str(),
               stderr);
    if (options.show) {
        std::fputs(file.shown.c_str(), stdout);
    } else if (file.daemon != nullptr) {
        const config::settings& settings = file.daemon->settings();
        std::printf("%s is valid%s: %s, %s, %s\n",
                    config::one_line(joined(options.configuration.files)).c_str(),
                    is_possible ? "" : ", but this machine cannot run it now",
                    config::counted(settings.inputs.size(), "input").c_str(),
                    config::counted(settings.outputs.size(), "output").c_str(),
                    config::counted(settings.routes.size(), "route").c_str());
        for (const std::string& sentence : config::sysex_reach(settings)) {
            print(stdout, "  " + sentence + "\n");
        }
    }
}

} // namespace

int check(const check_options& options) {
    host::catalog catalog = installed_plugins();
    std::vector<config::diagnostic> warnings;
    guard(catalog, warnings);
    checked file = load(options.configuration, catalog, options.show, {},
                        options.no_environment ? daemon::unreadable_file::is_warning
                                               : daemon::unreadable_file::is_error);
    file.found.insert(file.found.begin(), warnings.begin(), warnings.end());
    bool is_possible = true;
    bool has_hung = false;
    if (file.daemon != nullptr && !options.no_environment) {
        is_possible = add_environment(options.configuration.files, file, catalog, has_hung);
    }
    print_result(options, file, is_possible);
    const int code = is_possible ? file.exit_code() : exit_failure;
    if (has_hung) {
        std::fflush(nullptr);
        ::_exit(code); // a thread that never returns may run any of our code
    }
    return code;
}

} // namespace tactus::cli
