// SPDX-License-Identifier: MIT
// `tactus panic --offline`: ends what a daemon that did not end properly left sounding, without
// inputs, sockets and pages, then ends. For ExecStopPost= of systemd.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/load.hpp"
#include "kernel/control/socket_folder.hpp"
#include "kernel/daemon/sounding_service.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

namespace tactus::cli {
namespace {

// How long the outputs have to come up and to be silenced. A JACK server that waits for its clients
// takes seconds to forget the daemon that was killed.
constexpr std::int64_t wait_max_ns = 15'000'000'000;

int fail_with(int code, const std::string& why) {
    std::fprintf(stderr, "tactus: %s\n", why.c_str());
    return code;
}

// The file's path; not_found if there is none.
result<std::string> find_state(const offline_options& options) {
    if (!options.state.empty()) {
        return options.state;
    }
    std::vector<control::found_socket> all = control::find_files(control::sounding_name);
    if (!options.name.empty()) {
        std::erase_if(all, [&](const auto& each) { return each.name != options.name; });
    }
    if (const char* const service = std::getenv("RUNTIME_DIRECTORY")) { // of this service only
        std::string folder = service;
        folder = folder.substr(0, folder.find(':')) + "/";
        std::erase_if(all, [&](const auto& each) { return !each.path.starts_with(folder); });
        if (all.empty()) { // it did not begin; this is no line to do anything about
            return fail(error_kind::not_found, "no daemon has kept what sounds in " + folder);
        }
    }
    if (all.size() > 1) {
        std::string text = "several daemons have kept what sounds; say which one is meant:";
        for (const control::found_socket& each : all) {
            text += "\n  --state " + each.path;
        }
        return fail(error_kind::invalid, std::move(text));
    }
    if (all.empty()) {
        return fail(error_kind::not_found, "no daemon has kept what sounds. Name its file with "
                                           "--state FILE, as [safety] state has it.");
    }
    return all.front().path;
}

struct left_over {
    std::string path;                                      // of the file
    config::source_list config;                            // no files: not known
    std::map<std::string, std::size_t, std::less<>> notes; // and pedals, by output
};

// Opens the file and closes it again. Errors: a daemon uses it, it is none, or damaged.
result<left_over> read_left_over(const std::string& path) {
    result<daemon::opened_state<flow::sounding_file>> opened =
        daemon::open_state<flow::sounding_file>(path, flow::sounding_mark,
                                                base::mapped_file::missing::refuse);
    if (!opened) {
        const bool is_used = opened.error().kind == error_kind::limit;
        return fail(opened.error().kind, opened.error().text + (is_used ? " Use `tactus panic` "
                                                                          "without --offline."
                                                                        : ""));
    }
    if (!opened->ignored.empty()) {
        return fail(error_kind::invalid, "The file " + path + " is ignored. " + opened->ignored +
                                             " Notes may still sound.");
    }
    left_over found;
    found.path = path;
    std::string_view rest = opened->file.paths();
    while (!rest.empty()) {
        std::string one(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        if (one.starts_with(flow::argument_mark)) {
            found.config.arguments.push_back(one.substr(flow::argument_mark.size()));
        } else {
            found.config.files.push_back(std::move(one));
        }
    }
    opened->file.for_each([&](const flow::sounding_file::slot& each) {
        const std::size_t on = each.is_intact() ? each.state.read().to_end() : 0;
        if (on > 0) {
            found.notes[std::string(each.label().output)] += on;
        }
    });
    return found;
}

// Leaves the outputs that have something to end, and nothing else. Returns how much it is.
std::size_t reduce(config::settings& to, const left_over& found) {
    to.safety.state = found.path;
    to.safety.silence_on_stop = true; // what is left then is kept in the file
    to.safety.panic_address.clear();
    to.metrics.enabled = false;
    to.control.enabled = false;
    to.log.level = std::max(to.log.level, config::log_level::warning);
    to.inputs.clear();
    to.routes.clear();
    config::route_settings needed; // an output without a route is not opened
    needed.address = "*";
    std::size_t notes = 0;
    for (std::size_t i = 0; i < to.outputs.size(); ++i) {
        const auto here = found.notes.find(to.outputs[i].name);
        if (here != found.notes.end()) {
            notes += here->second;
            needed.outputs.push_back(static_cast<std::uint16_t>(i));
        }
    }
    to.routes.push_back(std::move(needed));
    return notes;
}

// Stops the daemon as soon as nothing sounds, or after a while.
class until_silent {
public:
    explicit until_silent(daemon::daemon& daemon) : daemon_(daemon) {
        timer_.owner = this;
        timer_.fire = [](coro::timer& node) noexcept {
            static_cast<until_silent*>(node.owner)->check();
        };
        until_ns_ = now_ns() + wait_max_ns;
        arm();
    }
    until_silent(const until_silent&) = delete;
    until_silent& operator=(const until_silent&) = delete;
    ~until_silent() { daemon_.loop().disarm(timer_); }

    [[nodiscard]] std::size_t left() const noexcept { return left_; }

private:
    static constexpr std::int64_t check_ns = 5'000'000;

    void check() {
        left_ = daemon_.sounding().count_sounding();
        if (left_ == 0 || now_ns() >= until_ns_) {
            daemon_.request_stop();
            return;
        }
        arm();
    }
    void arm() { daemon_.loop().arm(timer_, now_ns() + check_ns); }
    [[nodiscard]] std::int64_t now_ns() const { return daemon_.loop().clock().now_ns(); }

    daemon::daemon& daemon_;
    coro::timer timer_;
    std::int64_t until_ns_ = 0;
    std::size_t left_ = 1;
};

int silence(std::size_t notes, daemon::daemon& daemon) {
    daemon.sounding().require();
    const until_silent limit(daemon);
    if (const result<void> ran = daemon.run(); !ran) {
        return fail_with(exit_failure, ran.error().text);
    }
    const std::size_t left = std::min(limit.left(), notes);
    if (left > 0) {
        std::fprintf(stderr,
                     "tactus: %zu of %zu notes and pedals may still sound: their outputs did not "
                     "come up. They are ended at the next start.\n",
                     left, notes);
        return exit_failure;
    }
    std::printf("Ended %zu notes and pedals.\n", notes);
    return exit_ok;
}

} // namespace

int panic_offline(const offline_options& options) {
    const result<std::string> path = find_state(options);
    if (!path) {
        const bool is_missing = path.error().kind == error_kind::not_found;
        return fail_with(is_missing ? exit_unavailable : exit_usage, path.error().text);
    }
    result<left_over> found = read_left_over(*path);
    if (!found) {
        const bool is_missing = found.error().kind == error_kind::not_found;
        return fail_with(is_missing ? exit_unavailable : exit_failure, found.error().text);
    }
    if (found->notes.empty()) {
        std::puts("Nothing sounds that a daemon left.");
        return exit_ok;
    }
    const config::source_list list =
        options.configs.empty() ? found->config : config::source_list{options.configs};
    if (list.files.empty()) {
        return fail_with(exit_usage, "the file " + *path +
                                         " does not name its configuration. Add "
                                         "--config FILE.");
    }
    host::catalog catalog = installed_plugins();
    std::size_t notes = 0;
    checked read = load(list, catalog, false,
                        [&](config::settings& settings) { notes = reduce(settings, *found); });
    if (read.daemon == nullptr) {
        std::fputs(config::render(read.found, read.sources, "nothing was ended").c_str(), stderr);
        return exit_config;
    }
    if (notes == 0) {
        return fail_with(exit_failure, list.files.back() + " has no output \"" +
                                           found->notes.begin()->first +
                                           "\" any more: notes may still sound there. Name the "
                                           "file that has it with --config FILE.");
    }
    const int code = silence(notes, *read.daemon);
    if (read.daemon->has_quarantine()) {
        read.daemon->finish_log();
        std::fflush(nullptr);
        ::_exit(code); // a thread that never returns may run any of our code
    }
    return code;
}

} // namespace tactus::cli
