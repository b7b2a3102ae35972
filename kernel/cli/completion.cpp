// SPDX-License-Identifier: MIT
#include "kernel/cli/completion.hpp"

#include "kernel/cli/cli.hpp"
#include "kernel/cli/daemon_socket.hpp"
#include "kernel/cli/send_words.hpp"
#include "kernel/config/text.hpp"
#include "kernel/control/client.hpp"
#include "kernel/control/socket_folder.hpp"
#include "kernel/control/status_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace tactus::cli {
namespace {

constexpr std::string_view any_command = "COMMAND";
constexpr std::size_t description_max = 60;           // bytes; a line each
constexpr std::string_view numbered_route = "route "; // a route without a name, as two words

// The meaning of the words before the last one.
struct context {
    const CLI::App* command;
    const CLI::Option* awaits = nullptr; // an option whose value is being written
    std::vector<std::string> positionals;
    std::vector<std::string> options; // with their dashes
    std::string socket;
    std::string name;
};

bool takes_value(const CLI::Option& one) {
    return one.get_items_expected_max() > 0;
}

const CLI::Option* find_option(const CLI::App& of, const std::string& word) {
    for (const CLI::Option* each : of.get_options()) {
        if (each->check_name(word)) {
            return each;
        }
    }
    return nullptr;
}

const CLI::App* find_command(const CLI::App& in, const std::string& word) {
    for (const CLI::App* each : in.get_subcommands(nullptr)) {
        if (each->get_name() == word) {
            return each;
        }
    }
    return nullptr;
}

void read_word(context& into, const std::string& word) {
    if (const CLI::Option* const option = std::exchange(into.awaits, nullptr)) {
        (option->check_name("--socket") ? into.socket : into.name) =
            option->check_name("--socket") || option->check_name("--name") ? word : into.name;
        return;
    }
    if (word.starts_with("-")) {
        into.options.push_back(word);
        const CLI::Option* const option = find_option(*into.command, word);
        into.awaits = option != nullptr && takes_value(*option) ? option : nullptr;
        return;
    }
    const CLI::App* const next =
        into.positionals.empty() ? find_command(*into.command, word) : nullptr;
    if (next != nullptr) {
        into.command = next;
    } else {
        into.positionals.push_back(word);
    }
}

// The positional argument that the next word belongs to; nullptr: no more are expected.
const CLI::Option* next_positional(const context& at) {
    std::size_t taken = at.positionals.size();
    for (const CLI::Option* each : at.command->get_options()) {
        if (!each->get_positional()) {
            continue;
        }
        const auto most = static_cast<std::size_t>(each->get_items_expected_max());
        if (taken < most) {
            return each;
        }
        taken -= most;
    }
    return nullptr;
}

// Collects what fits behind the words of the context.
class collector {
public:
    collector(const CLI::App& app, const context& at, std::string begun, const ask_names& ask)
        : app_(app), at_(at), begun_(std::move(begun)), ask_(ask) {}

    completion collect() {
        if (at_.awaits != nullptr) {
            add_values(at_.awaits->get_single_name());
        } else if (begun_.starts_with("-")) {
            add_options();
        } else {
            if (at_.positionals.empty()) {
                add_commands(*at_.command);
            }
            if (const CLI::Option* const next = next_positional(at_)) {
                add_values(next->get_single_name());
            }
        }
        return std::move(found_);
    }

private:
    void add(const std::string& word, const std::string& description = {}) {
        if (word.starts_with(begun_)) {
            found_.candidates.push_back({word, description.substr(0, description_max)});
        }
    }
    void add_all(const std::vector<std::string>& words, const char* description) {
        for (const std::string& each : words) {
            add(each, description);
        }
    }
    void add_commands(const CLI::App& of) {
        for (const CLI::App* each : of.get_subcommands(nullptr)) {
            add(each->get_name(), each->get_description());
        }
    }
    void add_options() {
        for (const CLI::Option* each : at_.command->get_options()) {
            const bool is_used =
                std::any_of(at_.options.begin(), at_.options.end(),
                            [each](const std::string& word) { return each->check_name(word); });
            for (const std::string& name : each->get_lnames()) {
                if (!is_used || each->get_items_expected_max() > 1) {
                    add("--" + name, each->get_description());
                }
            }
        }
    }

    // Of an option, by its name, or of a positional argument, by the word that help shows for it.
    void add_values(const std::string& of) {
        static constexpr std::array<std::string_view, 6> paths = {"FILE",   "socket", "config",
                                                                  "folder", "record", "state"};
        if (std::find(paths.begin(), paths.end(), of) != paths.end()) {
            found_.fits_files = true;
        } else if (of == "name") {
            add_all(ask_(at_.socket, at_.name).daemons, "daemon");
        } else if (of == "input" || of == "INPUT" || of == "as-input") {
            add_all(ask_(at_.socket, at_.name).inputs, "input");
        } else if (of == "output" || of == "OUTPUT") {
            add_all(ask_(at_.socket, at_.name).outputs, "output");
        } else if (of == "INSTANCE" || of == "TARGET") {
            add_targets(of == "TARGET");
        } else if (of == "EVENT") {
            add_event_words();
        } else if (of == "LEVEL") {
            add_all({"debug", "info", "warning", "error"}, "");
        } else if (of == "SHELL") {
            add_all({"bash", "zsh", "fish"}, "");
        } else if (of == any_command) {
            add_explained();
        }
    }
    void add_targets(bool with_routes) {
        const live_names all = ask_(at_.socket, at_.name);
        if (at_.positionals.empty()) {
            add_all(all.inputs, "input");
            add_all(all.outputs, "output");
        }
        if (with_routes) {
            add_routes(all.routes);
        }
    }
    // `mute films`, `mute route 3`
    void add_routes(const std::vector<std::string>& all) {
        const auto is_number = [](const std::string& name) {
            return name.starts_with(numbered_route);
        };
        const bool is_first = at_.positionals.empty();
        const bool is_second = at_.positionals == std::vector<std::string>{"route"};
        for (const std::string& each : all) {
            if (is_second && is_number(each)) {
                add(each.substr(numbered_route.size()), "route");
            } else if (is_first && !is_number(each)) {
                add(each, "route");
            }
        }
        if (is_first && std::any_of(all.begin(), all.end(), is_number)) {
            add("route", "a route, by its number");
        }
    }
    // `tactus send synth note`, `tactus send --as-input keys note`
    void add_event_words() {
        const bool has_input =
            std::any_of(at_.options.begin(), at_.options.end(),
                        [](const std::string& word) { return word.starts_with("--as-input"); });
        const std::size_t before_event = has_input ? 0 : 1;
        if (at_.positionals.size() == before_event) {
            add_all(event_kinds(), "event");
        } else if (at_.positionals.empty()) {
            add_all(ask_(at_.socket, at_.name).outputs, "output");
        }
    }
    // `tactus help plugins show`
    void add_explained() {
        const CLI::App* within = &app_;
        for (const std::string& each : at_.positionals) {
            within = within != nullptr ? find_command(*within, each) : nullptr;
        }
        if (within != nullptr) {
            add_commands(*within);
        }
    }

    const CLI::App& app_;
    const context& at_;
    std::string begun_;
    const ask_names& ask_;
    completion found_;
};

live_names ask_daemon(const std::string& socket, const std::string& name) {
    live_names all;
    for (const control::found_socket& each : control::find_sockets(control::status_socket)) {
        if (!each.name.empty()) {
            all.daemons.push_back(each.name);
        }
    }
    const result<std::string> path = find_socket({socket, name}, control::status_socket);
    if (!path) {
        return all;
    }
    result<control::client> daemon = control::client::connect(*path);
    if (!daemon) {
        return all;
    }
    const auto answer = daemon->call("status", {}, live_limit_ns);
    if (!answer) {
        return all;
    }
    if (const result<control::status_report> now = control::read_status(*answer)) {
        for (const control::input_report& each : now->inputs) {
            all.inputs.push_back(each.name);
        }
        for (const control::output_report& each : now->outputs) {
            all.outputs.push_back(each.name);
        }
        all.routes = now->route_names;
    }
    return all;
}

} // namespace

completion complete(const CLI::App& app, std::vector<std::string> words, const ask_names& ask) {
    context at{&app, nullptr, {}, {}, {}, {}};
    std::string begun;
    if (!words.empty()) {
        begun = std::move(words.back());
        words.pop_back();
    }
    for (const std::string& each : words) {
        read_word(at, each);
    }
    return collector(app, at, std::move(begun), ask).collect();
}

int print_candidates(const CLI::App& app, std::vector<std::string> words) {
    const completion found = complete(app, std::move(words), ask_daemon);
    for (const candidate& each : found.candidates) {
        std::printf("%s\t%s\n", config::one_line(each.word).c_str(),
                    config::one_line(each.description).c_str());
    }
    return found.fits_files ? exit_files : exit_ok;
}

} // namespace tactus::cli
