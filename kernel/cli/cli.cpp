// SPDX-License-Identifier: MIT
#include "kernel/cli/cli.hpp"

#include "kernel/cli/commands.hpp"
#include "kernel/cli/completion.hpp"
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
    "  tactus run gallery.toml           run it until Ctrl-C or SIGTERM\n"
    "  tactus run --show gallery.toml    the same, and show what is sent where, and how late\n"
    "  tactus status                     show the state of the running daemon\n"
    "  tactus ports                      list the ports of this machine\n"
    "  tactus plugins show midi          show the settings of a plugin\n";

struct chosen {
    run_options run;
    check_options check;
    list_options list;
    status_options status;
    tap_options tap;
    replay_options replay;
    log_level_options log_level;
    reload_options reload;
    explain_options explain;
    send_options send;
    control_options control;
    target_options target;
    std::string shell;
    bool offline = false; // panic
    offline_options without_daemon;
    std::vector<std::string> help; // the command to explain
    bool version = false;
};

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

// Not-a-number passes the range check.
std::string is_number(const std::string& text) {
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? "not a number" : "";
}

void add_run(CLI::App& app, chosen& to) {
    CLI::App* run = app.add_subcommand("run", "Run the daemon on a configuration");
    add_configuration(*run, to.run.configuration);
    run->add_flag("--show", to.run.show, "Show on the terminal what is sent where, and how late");
    run->add_option("--seconds", to.run.seconds, "Stop after this many seconds")
        ->check(CLI::Range(0.1, 1e9))
        ->check(is_number);
    run->footer(
        "Exits with 0 after SIGTERM or Ctrl-C, with 78 if the configuration is\n"
        "invalid, with 1 if it cannot run, and with 70 if a plugin held the daemon so that\n"
        "it had to be ended.\n"
        "Examples:\n"
        "  tactus run /etc/tactus/tactus.toml\n"
        "  tactus run base.toml site.toml --set log.level=debug\n"
        "  tactus run --show --seconds 10 config/demo.toml");
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
    CLI::App* doctor =
        app.add_subcommand("doctor", "Measure how late this machine wakes, and recommend changes");
    doctor->add_flag("--json", to.list.json, "Print JSON");
    doctor->footer("Takes 2 seconds. Exits with 0, or with 1 if it recommends a change.\n"
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
        "The names of the running daemon's inputs, outputs and routes complete, too.\n"
        "Examples:\n"
        "  source <(tactus completions bash)\n"
        "  tactus completions zsh > \"${fpath[1]}/_tactus\"\n"
        "  tactus completions fish > ~/.config/fish/completions/tactus.fish");
    CLI::App* help = app.add_subcommand("help", "Explain a command");
    help->add_option("COMMAND", to.help, "The command, like run or plugins show");
    help->footer("Example: tactus help run");
}

void add_socket(CLI::App& command, control_options& to) {
    command.add_flag("--json", to.json, "For programs");
    command.add_option("--socket", to.socket, "The daemon's socket; by default it is found");
    command.add_option("--name", to.name, "The daemon's name, if several are running");
}

// A command that acts on what the words name.
void add_target(CLI::App& app, target_options& to, const char* name, const char* does,
                const std::string& footer) {
    CLI::App* command = app.add_subcommand(name, does);
    command
        ->add_option("TARGET", to.words, "The input or output, or `route 3`: the third in the file")
        ->required();
    add_socket(*command, to.control);
    command->footer(footer);
}

// Those that show and play events of a running daemon.
void add_events(CLI::App& app, chosen& to) {
    CLI::App* tap =
        app.add_subcommand("tap", "Show the events of the running daemon as they happen");
    tap->add_option("--input", to.tap.input, "Only events of this input");
    tap->add_option("--output", to.tap.output,
                    "Only what is sent to this output, or dropped there");
    tap->add_option("--address", to.tap.address, "Only OSC whose address this pattern matches");
    tap->add_flag("--late", to.tap.late, "Only what is sent more than 1 ms late");
    tap->add_flag("--dropped", to.tap.dropped,
                  "Only what is dropped, refused, or found no route; with --late: either");
    tap->add_option("--record", to.tap.record, "Record it in this file, for tactus replay");
    add_socket(*tap, to.tap.control);
    tap->footer(
        "Shows when each event was sent, from which input to which output, what it is, how\n"
        "late it was and by which route; or why it was not sent. Ends with Ctrl-C, or with 69\n"
        "when the daemon ends.\n"
        "Examples:\n"
        "  tactus tap --output synth\n"
        "  tactus tap --record evening.jsonl");
    CLI::App* replay =
        app.add_subcommand("replay", "Play a recording or a MIDI file through the running daemon");
    replay->add_option("FILE", to.replay.file, "From tap --record, or a Standard MIDI File")
        ->required();
    replay->add_option("--speed", to.replay.speed, "How many times as fast, like 2 or 0.5")
        ->check(CLI::Range(0.001, 1000.0))
        ->check(is_number);
    replay->add_option("--as-input", to.replay.as_input,
                       "Through the routes, as if this input had received it");
    replay->add_option("--output", to.replay.output, "Straight to this output")
        ->excludes("--as-input");
    replay->add_flag("--loop", to.replay.loop, "Again and again, until Ctrl-C");
    add_socket(*replay, to.replay.control);
    replay->footer(
        "Without --as-input and --output each event of a recording goes to the output that\n"
        "it was recorded at. Ctrl-C ends what sounds, and takes back what waits.\n"
        "Exits with 0, with 1 if an event was not taken or the file is not valid, and with\n"
        "69 if no daemon answers.\n"
        "Examples:\n"
        "  tactus replay evening.jsonl --speed 2\n"
        "  tactus replay song.mid --as-input keys --loop");
}

void add_panic(CLI::App& app, chosen& to, const std::string& codes) {
    CLI::App* panic = app.add_subcommand("panic", "End all notes that sound, at once");
    CLI::Option* const output =
        panic->add_option("OUTPUT", to.target.words, "Only of this output")->expected(0, 1);
    add_socket(*panic, to.target.control);
    CLI::Option* const offline = panic->add_flag(
        "--offline", to.offline, "End what a daemon that was killed left sounding; none may run");
    offline->excludes(output);
    panic->add_option("--state", to.without_daemon.state, "Its file, as [safety] state has it")
        ->needs(offline);
    panic
        ->add_option("--config", to.without_daemon.configs,
                     "The configuration with its outputs; by default, as that file names it")
        ->needs(offline);
    panic->footer(codes + "With --offline: with 0 if nothing sounds any more, with 69 if there is "
                          "no file,\nwith 78 if the configuration is invalid, and with 1 if notes "
                          "may still sound.\n"
                          "Examples:\n"
                          "  tactus panic\n"
                          "  tactus panic synth\n"
                          "  tactus panic --offline --state /var/lib/tactus/sounding");
}

// Those that a running daemon answers.
void add_control(CLI::App& app, chosen& to) {
    constexpr const char* codes =
        "Exits with 0, with 69 if no daemon answers, and with 1 if it refuses.\n";
    CLI::App* status = app.add_subcommand("status", "Show the state of the running daemon");
    status->add_flag("--watch", to.status.watch, "Show it every second, with rates, until Ctrl-C");
    add_socket(*status, to.status.control);
    status->footer(std::string(codes) + "Example: tactus status --watch");
    add_panic(app, to, codes);
    add_target(app, to.target, "mute", "Silence an input, an output or a route",
               "Its notes are ended, and what comes is counted and not sent.\n" +
                   std::string(codes) + "Examples:\n  tactus mute keyboard\n  tactus mute route 3");
    add_target(app, to.target, "unmute", "End the mute of an input, an output or a route",
               std::string(codes) + "Example: tactus unmute keyboard");
    CLI::App* restart = app.add_subcommand("restart", "Stop and start one input or output");
    restart->add_option("INSTANCE", to.target.words, "The input or output")
        ->required()
        ->expected(1);
    add_socket(*restart, to.target.control);
    restart->footer("Its notes are ended; what waits for it is sent when it is back. One that is\n"
                    "down is started at once.\n" +
                    std::string(codes) + "Example: tactus restart synth");
    CLI::App* level = app.add_subcommand("log-level", "Change what the running daemon logs");
    level->add_option("LEVEL", to.log_level.level, "debug, info, warning or error")->required();
    add_socket(*level, to.log_level.control);
    level->footer(std::string(codes) + "Example: tactus log-level debug");
    CLI::App* reload =
        app.add_subcommand("reload", "Let the running daemon read its configuration again");
    reload->add_flag("--dry-run", to.reload.is_dry, "Only say what would change");
    add_socket(*reload, to.reload.control);
    reload->footer(
        "What is the same in the file goes on undisturbed. If anything is wrong, nothing changes.\n"
        "Exits with 0, with 78 if the file is invalid, with 69 if no daemon answers, and\n"
        "with 1 if a change needs a restart.\n"
        "Example: tactus reload --dry-run");
    CLI::App* socket =
        app.add_subcommand("socket", "Print the path of the daemon's control socket");
    add_socket(*socket, to.control);
    socket->footer("Exits with 0, or with 69 if no daemon is running.\nExample: tactus socket");
    CLI::App* stop = app.add_subcommand("stop", "Stop the running daemon");
    add_socket(*stop, to.control);
    stop->footer(std::string(codes) + "Example: tactus stop --name gallery-3");
}

void add_explain(CLI::App& app, chosen& to) {
    explain_options& into = to.explain;
    CLI::App* explain =
        app.add_subcommand("explain", "Say what each route would do with an event, and why");
    explain->add_option("INPUT", into.input, "The input that the event would come from")
        ->required();
    CLI::Option* words = explain->add_option(
        "ADDRESS", into.words, "An OSC address, and the arguments behind it: 60 2.5 text");
    explain->add_option("--midi", into.midi, "A MIDI message in its place, like \"90 3c 64\"")
        ->excludes(words);
    explain
        ->add_option("--config", into.configuration.files,
                     "Ask this file, without a running daemon; of several, as `tactus run`")
        ->allow_extra_args(false);
    add_socket(*explain, into.control);
    explain->footer(
        "Nothing is sent. An argument is an integer, a float or a text, whichever it looks like;\n"
        "i:1 h:1 f:1 d:1 s:1 b:\"0a 0b\" give it that type, and true, false and nil are T, F and "
        "N.\n"
        "Exits with 0, with 69 if no daemon answers, with 78 if the file is invalid, and with 1\n"
        "if the daemon refuses.\n"
        "Examples:\n"
        "  tactus explain desk /synth/note 60 100\n"
        "  tactus explain keys --midi \"90 3c 64\" --config gallery.toml");
}

void add_send(CLI::App& app, chosen& to) {
    send_options& into = to.send;
    CLI::App* send = app.add_subcommand("send", "Send one event, and say what becomes of it");
    send->add_option("EVENT", into.words, "The output, and behind it the event; see below");
    send->add_option("--as-input", into.as_input,
                     "Send it as this input would; EVENT then names no output");
    send->add_option("--at", into.at, "When: \"+2s\" from now, or seconds since 1970");
    send->add_option("--for", into.length, "End the note after this time, like \"500ms\"");
    send->add_option("--channel", into.channel, "The MIDI channel, 1 to 16; 1 by default");
    add_socket(*send, into.control);
    send->footer(
        "Events:  note NOTE [VELOCITY]    note_off NOTE    cc NUMBER VALUE    program NUMBER\n"
        "         bend VALUE    pressure VALUE    pressure NOTE VALUE\n"
        "         osc ADDRESS [ARGUMENT...]    raw \"90 3c 64\"\n"
        "Waits until the event has left. Ctrl-C takes back what still waits, and ends the note.\n"
        "Exits with 0, with 75 if it was not sent, with 69 if no daemon answers, and with 1 if\n"
        "the daemon refuses.\n"
        "Examples:\n"
        "  tactus send synth note 60 100 --for 500ms --at +2s --channel 3\n"
        "  tactus send lights osc /scene/3 0.5 blue\n"
        "  tactus send --as-input desk cc 7 100");
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
        offline_options without_daemon = with.without_daemon;
        without_daemon.name = with.target.control.name;
        return with.offline ? panic_offline(without_daemon) : panic(with.target);
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
    app.require_subcommand(0, 1);
    app.footer(examples);
    chosen with;
    app.add_flag("--version", with.version, "Print the version of this build");
    add_run(app, with);
    add_control(app, with);
    add_events(app, with);
    add_explain(app, with);
    add_send(app, with);
    add_others(app, with);
    if (argc > 1 && argv[1] == complete_command) {
        return print_candidates(app, {argv + 2, argv + argc});
    }
    try {
        app.parse(argc, argv);
        if (app.get_subcommands().empty() && !with.version) {
            throw CLI::RequiredError("A command");
        }
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) { // --help
            return app.exit(error);
        }
        std::fputs(usage_error(app, error, argc > 1 ? argv[1] : "").c_str(), stderr);
        return exit_usage;
    }
    return dispatch(app, with);
}

} // namespace

int run(int argc, char** argv) noexcept {
    try {
        return after_output(parse_and_run(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tactus: %s\n", error.what());
        return exit_failure;
    }
}

} // namespace tactus::cli
