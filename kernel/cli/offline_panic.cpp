// SPDX-License-Identifier: MIT
// `tactus panic --offline`: ends the notes that a daemon left sounding because it did not end
// properly. It has no inputs, sockets and pages. For ExecStopPost= of systemd.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/load.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/control/socket_folder.hpp"
#include "kernel/daemon/process/termination.hpp"
#include "kernel/daemon/sounding_service.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace tactus::cli {
namespace {

// How long the outputs have to come up and to be silenced. A JACK server that waits for its clients
// takes seconds to forget the daemon that was killed.
constexpr std::int64_t wait_max_ns = 15'000'000'000;

// The notes in a file that are to be ended.
struct left_over {
    struct output {
        std::string name;
        std::string definition; // its table, as flow::may_sound has it
    };
    std::string path;                                      // of the file
    config::source_list config;                            // no files: not known
    std::map<std::string, std::size_t, std::less<>> notes; // and pedals, by output
    std::vector<output> outputs;                           // each once
    std::size_t damaged = 0;                               // entries that cannot be read

    [[nodiscard]] bool is_empty() const noexcept { return notes.empty() && damaged == 0; }
    [[nodiscard]] std::size_t count() const noexcept {
        std::size_t sum = 0;
        for (const auto& each : notes) {
            sum += each.second;
        }
        return sum;
    }
};

config::source_list sources_in(std::string_view paths) {
    config::source_list list;
    while (!paths.empty()) {
        std::string one(paths.substr(0, paths.find('\0')));
        paths.remove_prefix(std::min(one.size() + 1, paths.size()));
        if (one.starts_with(flow::argument_mark)) {
            list.arguments.push_back(one.substr(flow::argument_mark.size()));
        } else {
            list.files.push_back(std::move(one));
        }
    }
    return list;
}

void add(const flow::sounding_file::slot& slot, left_over& to) {
    if (!slot.is_intact()) {
        ++to.damaged;
        return;
    }
    const std::size_t on = slot.state.read().to_end();
    if (on == 0) {
        return;
    }
    left_over::output one{std::string(slot.label().output), std::string(slot.state.defined())};
    to.notes[one.name] += on;
    const bool is_known = std::any_of(to.outputs.begin(), to.outputs.end(), [&](const auto& each) {
        return each.name == one.name && each.definition == one.definition;
    });
    if (!is_known) {
        to.outputs.push_back(std::move(one));
    }
}

// Opens the file and closes it again. Errors: limit (a daemon uses it); it is not such a file, or
// is damaged.
result<left_over> read_left_over(const std::string& path) {
    result<daemon::opened_state<flow::sounding_file>> opened =
        daemon::open_state<flow::sounding_file>(path, flow::sounding_mark,
                                                base::mapped_file::missing::refuse);
    if (!opened) {
        const error_kind kind = opened.error().kind;
        const char* const next =
            kind == error_kind::limit         ? " Use `tactus panic` without --offline."
            : kind == error_kind::unsupported ? " It is ignored: notes may still sound."
                                              : "";
        return fail(kind == error_kind::unsupported ? error_kind::invalid : kind,
                    opened.error().text + next);
    }
    if (!opened->ignored.empty()) {
        return fail(error_kind::invalid, "The file " + path + " is ignored. " + opened->ignored +
                                             " Notes may still sound.");
    }
    left_over found;
    found.path = path;
    found.config = sources_in(opened->file.paths());
    opened->file.for_each([&](const flow::sounding_file::slot& each) { add(each, found); });
    return found;
}

// The files that daemons have kept, or the one that was named.
result<std::vector<control::found_socket>> find_files(const offline_options& options) {
    std::vector<control::found_socket> all = control::find_files(control::sounding_name);
    if (!options.name.empty()) {
        std::erase_if(all, [&](const auto& each) { return each.name != options.name; });
    }
    if (const char* const service = std::getenv("RUNTIME_DIRECTORY")) { // of this service only
        std::string folder = service;
        folder = folder.substr(0, folder.find(':')) + "/";
        std::erase_if(all, [&](const auto& each) { return !each.path.starts_with(folder); });
        if (all.empty()) { // it did not begin; this is no line to do anything about
            return fail(error_kind::not_found,
                        "no daemon has left a record of sounding notes in " + folder);
        }
    }
    if (all.empty()) {
        return fail(error_kind::not_found,
                    "no daemon has left a record of sounding notes. Name its "
                    "file with --state FILE, as [safety] state has it.");
    }
    return all;
}

// The only one that has something; an empty one if none has. Errors: as read_left_over(), of the
// only one; several have something. Of several files, the unreadable ones are reported, and
// `unreadable` is the exit code then.
result<left_over> choose(const offline_options& options, int& unreadable) {
    if (!options.state.empty()) {
        return read_left_over(options.state);
    }
    const result<std::vector<control::found_socket>> all = find_files(options);
    if (!all) {
        return unexpected<error>(all.error());
    }
    if (all->size() == 1) {
        return read_left_over(all->front().path);
    }
    std::vector<result<left_over>> some;
    std::string text = "several daemons have left notes; name one of them:";
    for (const control::found_socket& each : *all) {
        result<left_over> one = read_left_over(each.path);
        const bool is_of_others =
            !one && (one.error().kind == error_kind::limit || one.error().kind == error_kind::io);
        if (is_of_others) { // a daemon that lives, or another user's
            continue;
        }
        if (!one) {
            unreadable = fail_with(exit_failure, one.error().text);
        } else if (one && !one->is_empty()) {
            text += "\n  " + (each.name.empty() ? "--state " + each.path
                                                : "--name " + each.name + "   (" + each.path + ")");
            some.push_back(std::move(one));
        }
    }
    if (some.size() > 1) {
        return fail(error_kind::unsupported, std::move(text));
    }
    return some.empty() ? result<left_over>(left_over()) : std::move(some.front());
}

// Leaves the outputs that have something to end, and nothing else. Returns how many.
std::size_t reduce(config::settings& to, const left_over& found, bool is_by_name) {
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
    for (std::size_t i = 0; i < to.outputs.size(); ++i) {
        if (!is_by_name || found.notes.contains(to.outputs[i].name)) {
            needed.outputs.push_back(static_cast<std::uint16_t>(i));
        }
    }
    const std::size_t count = needed.outputs.size();
    to.routes.push_back(std::move(needed));
    return count;
}

// The outputs as they were when the notes began, even if a file has changed since. Their names are
// others: two may have had the same.
std::string outputs_text(const left_over& found) {
    std::string text;
    for (std::size_t i = 0; i < found.outputs.size(); ++i) {
        const std::string& name = found.outputs[i].name;
        const bool is_there = text.find("name = \"" + name + "\"\n") != std::string::npos;
        text += "[[output]]\nname = \"" + (is_there ? "output-" + std::to_string(i + 1) : name) +
                "\"\n" + found.outputs[i].definition;
    }
    return text;
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

// The file also has the events that an output had taken and could not send before it ended. Bounds:
// the daemon has ended.
std::size_t count_left(const left_over& found, const until_silent& limit) {
    const result<left_over> now = read_left_over(found.path);
    return std::min(std::max(limit.left(), now ? now->count() : 0), found.count());
}

int silence(const left_over& found, daemon::daemon& daemon) {
    auto* const signals = new daemon::termination; // until the process is gone
    if (const result<void> begun = signals->begin(exit_failure); !begun) {
        return fail_with(exit_failure, begun.error().text);
    }
    std::signal(SIGPIPE, SIG_IGN); // as in a daemon: a closed reader must not end it
    daemon.sounding().require();
    const until_silent limit(daemon);
    if (const result<void> ran = daemon.run(*signals); !ran) {
        return fail_with(exit_failure, ran.error().text);
    }
    const std::size_t notes = found.count();
    const std::size_t left = count_left(found, limit);
    if (left > 0) {
        std::fprintf(stderr,
                     "tactus: %zu of %zu notes and pedals may still sound: their outputs did not "
                     "come up, or could not send all note-offs. They stay in %s: try again when "
                     "the devices are there; the next start ends them at the outputs that its "
                     "configuration has.\n",
                     left, notes, found.path.c_str());
        return exit_failure;
    }
    std::printf("Ended %zu notes and pedals.\n", notes);
    return exit_ok;
}

// Of the outputs as the file has them, or of those of a configuration: by default, as the file
// names it. No daemon: the reason was printed, and `code` is how to exit.
std::unique_ptr<daemon::daemon> make_daemon(const left_over& found, const offline_options& options,
                                            host::catalog& catalog, int& code) {
    if (options.configs.empty()) {
        const auto keep_all = [&](config::settings& settings) {
            static_cast<void>(reduce(settings, found, false));
        };
        const std::string beside =
            found.config.files.empty() ? found.path : found.config.files.front();
        checked read = load_outputs(outputs_text(found), beside, catalog, keep_all);
        if (read.daemon != nullptr) {
            return std::move(read.daemon);
        }
    }
    const config::source_list list =
        options.configs.empty() ? found.config : config::source_list{options.configs};
    if (list.files.empty()) {
        code = fail_with(exit_usage, "the file " + found.path +
                                         " does not name its configuration. Add --config FILE.");
        return nullptr;
    }
    std::size_t outputs = 0;
    checked read = load(list, catalog, false, [&](config::settings& settings) {
        outputs = reduce(settings, found, true);
    });
    if (read.daemon == nullptr) {
        std::fputs(config::render(read.found, read.sources, "nothing was ended").c_str(), stderr);
        std::fputs("Name a file that is right with --config FILE.\n", stderr);
        code = read.exit_code();
    } else if (outputs == 0) {
        code = fail_with(exit_failure, list.files.back() + " has no output \"" +
                                           found.notes.begin()->first +
                                           "\" any more: notes may still sound there. Name the "
                                           "file that has it with --config FILE.");
    }
    return outputs == 0 ? nullptr : std::move(read.daemon);
}

} // namespace

int panic_offline(const offline_options& options) {
    int code = exit_ok;
    const result<left_over> found = choose(options, code);
    if (!found) {
        const error_kind kind = found.error().kind;
        return fail_with(kind == error_kind::not_found     ? exit_unavailable
                         : kind == error_kind::unsupported ? exit_usage
                                                           : exit_failure,
                         found.error().text);
    }
    if (found->is_empty()) {
        if (code == exit_ok) {
            std::puts("No daemon has left notes that sound.");
        }
        return code;
    }
    if (found->damaged > 0) {
        fail_with(exit_failure, std::to_string(found->damaged) + " entries of " + found->path +
                                    " are damaged and ignored: notes may still sound.");
    }
    if (found->notes.empty()) {
        return exit_failure;
    }
    host::catalog catalog = installed_plugins();
    int made = exit_ok;
    const std::unique_ptr<daemon::daemon> daemon = make_daemon(*found, options, catalog, made);
    if (daemon == nullptr) {
        return made;
    }
    const int ended = silence(*found, *daemon);
    code = found->damaged > 0 || ended != exit_ok ? exit_failure : code;
    if (daemon->has_quarantine()) {
        daemon->finish_log();
        std::fflush(nullptr);
        ::_exit(code); // a thread that never returns may run any of our code
    }
    return code;
}

} // namespace tactus::cli
