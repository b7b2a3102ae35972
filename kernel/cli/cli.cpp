// SPDX-License-Identifier: MIT
#include "kernel/cli/cli.hpp"

#include "kernel/cli/chosen.hpp"
#include "kernel/cli/command_line.hpp"
#include "kernel/cli/completion.hpp"
#include "kernel/cli/daemon_commands.hpp"
#include "kernel/cli/end_of_options.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/cli/usage.hpp"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace tactus::cli {
namespace {

constexpr const char* examples =
    "Examples:\n"
    "  tactus check gallery.toml         list all errors in a configuration\n"
    "  tactus run gallery.toml           run the daemon until Ctrl-C or SIGTERM\n"
    "  tactus run --show gallery.toml    the same, and show each event, its output and lateness\n"
    "  tactus status                     show the state of the running daemon\n"
    "  tactus ports                      list the ports of this machine\n"
    "  tactus plugins show midi          show the settings of a plugin\n";

void add_configuration(CLI::App& command, config::source_list& to) {
    command
        .add_option("FILE", to.files,
                    "The configuration (TOML); of several files, each changes those before it")
        ->required();
    command
        .add_option("--set", to.arguments,
                    "Change one setting, like output.synth.port=\"X\"; as often as needed")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false); // files may follow
}

void add_run(CLI::App& app, chosen& to) {
    CLI::App* run = app.add_subcommand("run", "Run the daemon on a configuration");
    add_configuration(*run, to.run.configuration);
    run->add_flag("--show", to.run.show,
                  "Show each event on the terminal, with its output and lateness");
    run->add_option("--seconds", to.run.seconds, "Stop after this many seconds")
        ->check(CLI::Range(0.1, 1e9))
        ->check(is_number);
    run->footer(
        "Exits with 0 after SIGTERM or Ctrl-C, with 78 if the configuration is\n"
        "invalid, with 1 if it cannot run, and with 70 if a plugin held the daemon so that\n"
        "it had to be ended. Under systemd it reports its state, and takes sockets from it.\n"
        "Examples:\n"
        "  tactus run /etc/tactus/tactus.toml\n"
        "  tactus run base.toml site.toml --set log.level=debug\n"
        "  tactus run --show --seconds 10 config/demo.toml");
}

void add_plugin_new(CLI::App& plugin, plugin_new_options& with) {
    CLI::App* fresh = plugin.add_subcommand("new", "Write a folder for a plugin of your own");
    fresh->add_option("NAME", with.name, "Its name, like my_lamps_out")->required();
    fresh->add_option("--lang", with.language, "cpp (the default), c or rust")
        ->check(CLI::IsMember({"cpp", "c", "rust"}));
    fresh->add_option("--kind", with.kind, "input or output; by default, by the end of NAME")
        ->check(CLI::IsMember({"input", "output"}));
    fresh->add_option("--folder", with.folder, "Where to write it, by default ./NAME")
        ->type_name("FOLDER");
    fresh->footer(
        "The folder builds against the installed SDK, and has tests, a configuration, a file\n"
        "for CI, a Debian package and a README.\n"
        "Example: tactus plugin new my_lamps_out --lang c");
}

void add_plugin(CLI::App& app, chosen& to) {
    CLI::App* plugin = app.add_subcommand("plugin", "Begin a plugin, or check one");
    plugin->require_subcommand(1);
    plugin->footer("Examples:\n"
                   "  tactus plugin new my_lamps_out\n"
                   "  tactus plugin check build/my_lamps_out.tactus.so");
    add_plugin_new(*plugin, to.plugin_new);
    CLI::App* check = plugin->add_subcommand("check", "Test a plugin file against its contract");
    plugin_check_options& with = to.plugin_check;
    check->add_option("FILE", with.file, "The plugin, NAME.tactus.so");
    check
        ->add_option("--set", with.settings,
                     "Give an option of the plugin, like port=\"X\"; as often as needed")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    check
        ->add_option(
            "--only", with.only,
            "Report only tests with TEXT in their names, and a test of the file that fails")
        ->type_name("TEXT");
    check->add_option("--limit", with.limit_s, "Seconds that one test may take, 30 by default")
        ->check(CLI::Range(0.1, 1e6))
        ->check(is_number);
    CLI::Option* json = check->add_flag("--json", with.json, "Print JSON");
    check->add_flag("--junit", with.junit, "Print JUnit's XML, for CI servers")->excludes(json);
    check->add_flag("--list", with.list, "Print the tests with their requirements; run none");
    check->footer(
        "Each test runs in a process of its own, in virtual time, without the daemon.\n"
        "Exits with 0, or with 1 if a test failed.\n"
        "Examples:\n"
        "  tactus plugin check build/my_out.tactus.so\n"
        "  tactus plugin check --junit --set 'to=\"udp://127.0.0.1:9000\"' my_out.tactus.so");
}

void add_others(CLI::App& app, chosen& to) {
    CLI::App* check = app.add_subcommand("check", "List all errors in a configuration");
    add_configuration(*check, to.check.configuration);
    CLI::Option* json = check->add_flag("--json", to.check.json, "Print JSON");
    check
        ->add_flag("--show", to.check.show,
                   "Print all values with their origins: the file's line, --set, or the default")
        ->excludes(json);
    check->add_flag("--no-environment", to.check.no_environment,
                    "Check the file only; skip this machine's addresses and MIDI ports");
    check->footer(
        "Exits with 0, with 78 if the file is invalid, and with 1 if the file is valid but\n"
        "an address that it listens on is not available now.\n"
        "Examples:\n"
        "  tactus check demo.toml\n"
        "  tactus check --show base.toml site.toml");
    CLI::App* ports = app.add_subcommand("ports", "List the ports of this machine");
    ports->add_flag("--json", to.list.json, "Print JSON");
    ports->footer("Example: tactus ports");
    CLI::App* plugins = app.add_subcommand("plugins", "List the plugins, or show one");
    plugins->add_flag("--json", to.list.json, "Print JSON");
    plugins->footer("Example: tactus plugins show osc_in");
    CLI::App* show = plugins->add_subcommand("show", "Show the settings of one plugin");
    show->add_option("NAME", to.list.name, "Its id or type, as `tactus plugins` lists it")
        ->required();
    show->add_flag("--json", to.list.json, "Print JSON");
    show->footer("Example: tactus plugins show osc");
    add_plugin(app, to);
    CLI::App* schema =
        app.add_subcommand("schema", "Print a JSON Schema of the configuration, for editors");
    schema->footer(
        "The schema has the settings of all plugins that are installed here. An editor with\n"
        "taplo uses it for a file whose first lines have: #:schema file:///PATH\n"
        "Example: tactus schema > tactus.schema.json");
    CLI::App* doctor =
        app.add_subcommand("doctor", "Measure how late this machine wakes, and recommend changes");
    doctor->add_flag("--json", to.list.json, "Print JSON");
    doctor->footer(
        "The measurement takes 2 seconds. Exits with 0, or with 1 if it recommends a change.\n"
        "Example: tactus doctor");
    CLI::App* version = app.add_subcommand("version", "Print the version of this build");
    version->add_flag("--json", to.list.json, "Print JSON");
    version->footer("Example: tactus version --json");
    CLI::App* completions =
        app.add_subcommand("completions", "Print a script that completes command lines");
    completions->add_option("SHELL", to.shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completions->footer(
        "The script also completes the names of the running daemon's inputs, outputs and routes.\n"
        "Examples:\n"
        "  source <(tactus completions bash)\n"
        "  tactus completions zsh > \"${fpath[1]}/_tactus\"\n"
        "  tactus completions fish > ~/.config/fish/completions/tactus.fish");
    CLI::App* help = app.add_subcommand("help", "Explain a command");
    help->add_option("COMMAND", to.help, "The command, like run or plugins show");
    help->footer("Example: tactus help run");
}

int help_on(CLI::App& app, const std::vector<std::string>& words) {
    CLI::App* command = &app;
    std::string name = app.get_name();
    for (const std::string& word : words) {
        const std::vector<CLI::App*> next = command->get_subcommands(
            [&](const CLI::App* each) { return each->get_name() == word; });
        if (next.empty()) {
            std::fputs(no_such_command(*command, word).c_str(), stderr);
            return exit_usage;
        }
        command = next.front();
        name += " " + word;
    }
    // Not App::help: the program's would explain this command, which was parsed.
    const std::string text =
        command->get_formatter()->make_help(command, name, CLI::AppFormatMode::Normal);
    std::fputs(text.c_str(), stdout);
    return exit_ok;
}

int panic_without_daemon(const chosen& with) {
    offline_options options = with.without_daemon;
    options.name = with.target.control.name;
    return panic_offline(options);
}

int run_plugin_command(CLI::App& app, const chosen& with) {
    return app.get_subcommand("plugin")->got_subcommand("new") ? new_plugin(with.plugin_new)
                                                               : check_plugin(with.plugin_check);
}

int dispatch(CLI::App& app, const chosen& with) {
    if (app.got_subcommand("run")) {
        return run_daemon(with.run);
    }
    if (app.got_subcommand("check")) {
        return check(with.check);
    }
    if (app.got_subcommand("ports")) {
        return ports(with.list);
    }
    if (app.got_subcommand("plugins")) {
        return with.list.name.empty() ? plugins(with.list) : show_plugin(with.list);
    }
    if (app.got_subcommand("plugin")) {
        return run_plugin_command(app, with);
    }
    if (app.got_subcommand("schema")) {
        return schema();
    }
    if (app.got_subcommand("status")) {
        return status(with.status);
    }
    if (app.got_subcommand("tap")) {
        return tap(with.tap);
    }
    if (app.got_subcommand("replay")) {
        return replay(with.replay);
    }
    if (app.got_subcommand("explain")) {
        return explain(with.explain);
    }
    if (app.got_subcommand("send")) {
        return send(with.send);
    }
    if (app.got_subcommand("panic")) {
        return with.offline ? panic_without_daemon(with) : panic(with.target);
    }
    if (app.got_subcommand("mute")) {
        return mute(with.target);
    }
    if (app.got_subcommand("unmute")) {
        return unmute(with.target);
    }
    if (app.got_subcommand("restart")) {
        return restart(with.target);
    }
    if (app.got_subcommand("completions")) {
        return completions(with.shell);
    }
    if (app.got_subcommand("log-level")) {
        return log_level(with.log_level);
    }
    if (app.got_subcommand("socket")) {
        return print_socket(with.control);
    }
    if (app.got_subcommand("stop")) {
        return stop(with.control);
    }
    if (app.got_subcommand("reload")) {
        return reload(with.reload);
    }
    if (app.got_subcommand("doctor")) {
        return doctor(with.list);
    }
    if (app.got_subcommand("help")) {
        return help_on(app, with.help);
    }
    return version(with.list);
}

// Output that could not be written is a failure: a full disk, a closed pipe.
int after_output(int code) {
    std::cout.flush();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) {
        return code;
    }
    std::fprintf(stderr, "tactus: cannot write to standard output: %s\n", std::strerror(errno));
    return code == exit_ok ? exit_failure : code;
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("tactus gets timed MIDI and OSC events out at the moment they are due.", "tactus");
    chosen with;
    add_commands(app, with);
    if (argc > 1 && argv[1] == complete_command) {
        return print_candidates(app, {argv + 2, argv + argc});
    }
    try {
        unmark(app);
        app.parse(marked_words(argc, argv));
        if (app.get_subcommands().empty() && !with.version) {
            throw CLI::RequiredError("A command");
        }
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) { // --help
            return app.exit(error);
        }
        print_error(usage_error(app, error, argc > 1 ? argv[1] : ""));
        return exit_usage;
    }
    return dispatch(app, with);
}

} // namespace

void add_commands(CLI::App& app, chosen& to) {
    app.require_subcommand(0, 1);
    app.footer(examples);
    app.add_flag("--version", to.version, "Print the version of this build");
    add_run(app, to);
    add_daemon_commands(app, to);
    add_others(app, to);
}

int run(int argc, char** argv) noexcept {
    try {
        return after_output(parse_and_run(argc, argv));
    } catch (const std::exception& error) {
        return fail_with(exit_failure, error.what());
    }
}

} // namespace tactus::cli
