// SPDX-License-Identifier: MIT
// The commands for a running daemon: they find its socket, ask, and print the answer.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/connect.hpp"
#include "kernel/cli/daemon_socket.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/cli/reload_text.hpp"
#include "kernel/cli/status_text.hpp"
#include "kernel/control/panic_report.hpp"
#include "kernel/control/socket_folder.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tactus::cli {
namespace {

constexpr std::chrono::seconds watch_interval(1);

std::string params_of(std::string_view key, const target_options& options) {
    std::string name;
    for (const std::string& word : options.words) {
        name += (name.empty() ? "" : " ") + word;
    }
    std::string params;
    json_writer(params).begin_object().member(key, name).end_object();
    return params;
}

} // namespace

int code_of(const error& why) noexcept {
    return why.kind == error_kind::invalid ? exit_usage : exit_unavailable;
}

int code_of(const control::rpc_error& why) noexcept {
    return why.code == control::rpc_code::no_answer ? exit_unavailable : exit_failure;
}

result<control::client> connect(const control_options& options, std::string_view file_name) {
    const result<std::string> path = find_socket(options, file_name);
    if (!path) {
        return unexpected<error>(path.error());
    }
    return control::client::connect(*path);
}

result<std::string, int> ask(const control_options& options, std::string_view file_name,
                             std::string_view method, const std::string& params) {
    result<control::client> daemon = connect(options, file_name);
    if (!daemon) {
        return unexpected<int>(fail_with(code_of(daemon.error()), daemon.error().text));
    }
    result<std::string, control::rpc_error> answer = daemon->call(method, params);
    if (!answer) {
        return unexpected<int>(fail_with(code_of(answer.error()), answer.error().message));
    }
    return std::move(*answer);
}

namespace {

// A method whose result is of no interest to a person.
int act(const control_options& options, std::string_view method, const std::string& params,
        const char* done) {
    const result<std::string, int> answer = ask(options, control::control_socket, method, params);
    if (!answer) {
        return answer.error();
    }
    std::printf("%s\n", options.json ? answer->c_str() : done);
    return exit_ok;
}

// Prints the state once a second. Ends when the daemon does, or by a signal.
int watch_status(const status_options& options) {
    result<control::client> daemon = connect(options.control, control::status_socket);
    if (!daemon) {
        return fail_with(code_of(daemon.error()), daemon.error().text);
    }
    const bool is_interactive = ::isatty(STDOUT_FILENO) == 1;
    control::status_report earlier;
    for (bool is_first = true;; is_first = false) {
        const auto answer = daemon->call("status", {});
        if (!answer) {
            return fail_with(code_of(answer.error()), answer.error().message);
        }
        if (options.control.json) {
            std::printf("%s\n", answer->c_str());
        } else {
            const result<control::status_report> now = control::read_status(*answer);
            if (!now) {
                return fail_with(exit_failure, now.error().text);
            }
            const double seconds = now->uptime_s - earlier.uptime_s;
            const bool has_rates = !is_first && seconds > 0;
            std::printf("%s%s",
                        is_interactive ? "\033[H\033[J"
                        : is_first     ? ""
                                       : "\n",
                        status_text(*now, has_rates ? &earlier : nullptr, seconds).c_str());
            earlier = *now;
        }
        if (std::fflush(stdout) != 0) {
            return exit_failure; // nobody reads any more
        }
        std::this_thread::sleep_for(watch_interval);
    }
}

} // namespace

int status(const status_options& options) {
    if (options.watch) {
        return watch_status(options);
    }
    const result<std::string, int> answer =
        ask(options.control, control::status_socket, "status", {});
    if (!answer) {
        return answer.error();
    }
    if (options.control.json) {
        std::printf("%s\n", answer->c_str());
        return exit_ok;
    }
    const result<control::status_report> now = control::read_status(*answer);
    if (!now) {
        return fail_with(exit_failure, now.error().text);
    }
    print(stdout, status_text(*now));
    return exit_ok;
}

int print_socket(const control_options& options) {
    const result<std::string> path = find_socket(options, control::control_socket);
    if (!path) {
        return fail_with(code_of(path.error()), path.error().text);
    }
    std::string line = *path;
    if (options.json) {
        line.clear();
        json_writer(line).begin_object().member("socket", *path).end_object();
    }
    std::printf("%s\n", line.c_str());
    return exit_ok;
}

int panic(const target_options& options) {
    const bool is_one = !options.words.empty();
    const result<std::string, int> answer =
        ask(options.control, control::control_socket, "panic",
            is_one ? params_of("output", options) : std::string());
    if (!answer) {
        return answer.error();
    }
    const std::vector<control::not_ended> left = control::read_panic(*answer);
    if (options.control.json) {
        std::printf("%s\n", answer->c_str());
    } else if (left.empty()) {
        std::puts(is_one ? "All notes of that output were ended." : "All notes were ended.");
    } else {
        std::fputs("tactus: Not all notes could be ended.\n", stderr);
        for (const control::not_ended& each : left) {
            print(stderr, "  " + each.output + ": " + std::to_string(each.notes_and_pedals) +
                              " notes and pedals may sound on. " + each.why + "\n");
        }
    }
    return left.empty() ? exit_ok : exit_failure;
}

int mute(const target_options& options) {
    return act(options.control, "mute", params_of("name", options), "It is muted.");
}

int unmute(const target_options& options) {
    return act(options.control, "unmute", params_of("name", options), "It is not muted any more.");
}

int restart(const target_options& options) {
    return act(options.control, "restart", params_of("name", options),
               "It is being restarted; `tactus status` shows when it is up.");
}

int stop(const control_options& options) {
    return act(options, "stop", {}, "The daemon is stopping.");
}

int reload(const reload_options& options) {
    constexpr std::int64_t limit_ns = 60'000'000'000; // plugins may take their time
    result<control::client> daemon = connect(options.control, control::control_socket);
    if (!daemon) {
        return fail_with(code_of(daemon.error()), daemon.error().text);
    }
    const auto answer =
        daemon->call("reload", options.is_dry ? "{\"dry_run\":true}" : "{}", limit_ns);
    const std::string& json = answer ? *answer : answer.error().details;
    const control::reload_report report = control::read_reload(json);
    if (options.control.json && !json.empty()) {
        std::printf("%s\n", json.c_str());
    } else if (answer) {
        print(stdout, reload_text(report));
    } else {
        print(stderr, answer.error().message + "\n");
    }
    return answer ? exit_ok : report.errors > 0 ? exit_config : code_of(answer.error());
}

int log_level(const log_level_options& options) {
    std::string params;
    json_writer(params).begin_object().member("level", options.level).end_object();
    return act(options.control, "log-level", params, "The log level was changed.");
}

} // namespace tactus::cli
