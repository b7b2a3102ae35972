// SPDX-License-Identifier: MIT
#include "kernel/cli/daemon_commands.hpp"

#include <string>

namespace tactus::cli {
namespace {

void add_socket(CLI::App& command, control_options& to) {
    command.add_flag("--json", to.json, "For programs");
    command.add_option("--socket", to.socket, "The daemon's socket; by default it is found");
    command.add_option("--name", to.name, "The daemon's name, if several are running");
}

// A command that acts on the things that its words name.
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
    tap->add_option("--output", to.tap.output, "Only events that this output sends or drops");
    tap->add_option("--address", to.tap.address, "Only OSC whose address this pattern matches");
    tap->add_flag("--late", to.tap.late, "Only events that are sent more than 1 ms late");
    tap->add_flag("--dropped", to.tap.dropped,
                  "Only events dropped, refused, or without a route; with --late: either");
    tap->add_option("--record", to.tap.record, "Record the events in this file, for tactus replay");
    add_socket(*tap, to.tap.control);
    tap->footer(
        "Shows when each event was sent, from which input to which output, what it is, how\n"
        "late it was and by which route; or why it was not sent. The command runs until Ctrl-C,\n"
        "or exits with 69 when the daemon ends.\n"
        "Examples:\n"
        "  tactus tap --output synth\n"
        "  tactus tap --record evening.jsonl");
    CLI::App* replay =
        app.add_subcommand("replay", "Play a recording or a MIDI file through the running daemon");
    replay->add_option("FILE", to.replay.file, "A file of tap --record, or a Standard MIDI File")
        ->required();
    replay->add_option("--speed", to.replay.speed, "The speed, like 2 (twice as fast) or 0.5")
        ->check(CLI::Range(0.001, 1000.0))
        ->check(is_number);
    replay->add_option("--as-input", to.replay.as_input,
                       "Send all through the routes, as if this input had received it");
    replay->add_option("--output", to.replay.output, "Send all straight to this output")
        ->excludes("--as-input");
    replay->add_flag("--loop", to.replay.loop, "Play again and again, until Ctrl-C");
    add_socket(*replay, to.replay.control);
    replay->footer(
        "Without --as-input and --output each event of a recording goes to the output that\n"
        "it was recorded at. Ctrl-C ends its notes, and takes back its waiting events.\n"
        "Exits with 0, with 1 if an event was not taken or the file is not valid, and with\n"
        "69 if no daemon answers.\n"
        "Examples:\n"
        "  tactus replay evening.jsonl --speed 2\n"
        "  tactus replay song.mid --as-input keys --loop");
}

void add_panic(CLI::App& app, chosen& to, const std::string& codes) {
    CLI::App* panic = app.add_subcommand("panic", "End all notes that sound, at once");
    CLI::Option* const output =
        panic->add_option("OUTPUT", to.target.words, "End only the notes of this output")
            ->expected(0, 1);
    add_socket(*panic, to.target.control);
    CLI::Option* const offline = panic->add_flag(
        "--offline", to.offline, "End the notes of a daemon that was killed; no daemon may run");
    offline->excludes(output);
    panic->add_option("--state", to.without_daemon.state, "The file of [safety] state")
        ->needs(offline);
    panic
        ->add_option(
            "--config", to.without_daemon.configs,
            "The configuration with the outputs; by default, the outputs in the state file")
        ->needs(offline);
    panic->footer(codes +
                  "It also exits with 1 if it could not end all notes, since a device is away.\n"
                  "With --offline: with 0 if nothing sounds any more, with 1 if notes may "
                  "still sound,\nwith 2 if several daemons have left notes and none is "
                  "named, with 69 if there is\nno file, and with 78 if the configuration "
                  "is invalid.\n"
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
               "Its notes are ended, its scheduled events are taken back, and further events are\n"
               "counted and not sent.\n" +
                   std::string(codes) + "Examples:\n  tactus mute keyboard\n  tactus mute route 3");
    add_target(app, to.target, "unmute", "End the mute of an input, an output or a route",
               std::string(codes) + "Example: tactus unmute keyboard");
    CLI::App* restart = app.add_subcommand("restart", "Stop and start one input or output");
    restart->add_option("INSTANCE", to.target.words, "The input or output")
        ->required()
        ->expected(1);
    add_socket(*restart, to.target.control);
    restart->footer(
        "The notes of an output are ended; its waiting events are sent when it is back.\n"
        "For an input, its when_gone says whether its notes and events end or stay.\n"
        "An input or output that is down is started at once.\n" +
        std::string(codes) + "Example: tactus restart synth");
    CLI::App* level = app.add_subcommand("log-level", "Change the log level of the running daemon");
    level->add_option("LEVEL", to.log_level.level, "debug, info, warning or error")->required();
    add_socket(*level, to.log_level.control);
    level->footer(std::string(codes) + "Example: tactus log-level debug");
    CLI::App* reload =
        app.add_subcommand("reload", "Let the running daemon read its configuration again");
    reload->add_flag("--dry-run", to.reload.is_dry, "Only list the changes; make none");
    add_socket(*reload, to.reload.control);
    reload->footer(
        "Unchanged parts go on undisturbed. If anything in the file is wrong, nothing changes.\n"
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
    CLI::Option* words = explain->add_option("ADDRESS", into.words,
                                             "An OSC address, then its arguments: 60 2.5 text");
    explain
        ->add_option("--midi", into.midi, "A MIDI message in place of ADDRESS, like \"90 3c 64\"")
        ->excludes(words);
    explain
        ->add_option("--config", into.configuration.files,
                     "Ask this file, without a running daemon; several as for `tactus run`")
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
    CLI::App* send = app.add_subcommand("send", "Send one event, and report its result");
    send->add_option("EVENT", into.words, "The output, then the event; see below");
    send->add_option("--as-input", into.as_input,
                     "Send it as this input would; EVENT then names no output");
    send->add_option("--at", into.at, "The time: \"+2s\" from now, or seconds since 1970");
    send->add_option("--for", into.length, "End the note after this time, like \"500ms\"");
    send->add_option("--channel", into.channel, "The MIDI channel, 1 to 16; 1 by default");
    add_socket(*send, into.control);
    send->footer(
        "Events:  note NOTE [VELOCITY]    note_off NOTE    cc NUMBER VALUE    program NUMBER\n"
        "         bend VALUE    pressure VALUE    pressure NOTE VALUE\n"
        "         osc ADDRESS [ARGUMENT...]    raw \"90 3c 64\"\n"
        "The command waits until the event has left. Ctrl-C takes the event back, if it still\n"
        "waits, and ends the note.\n"
        "Exits with 0, with 75 if it was not sent, with 69 if no daemon answers, and with 1 if\n"
        "the daemon refuses.\n"
        "Examples:\n"
        "  tactus send synth note 60 100 --for 500ms --at +2s --channel 3\n"
        "  tactus send lights osc /scene/3 0.5 blue\n"
        "  tactus send --as-input desk cc 7 100");
}

} // namespace

void add_daemon_commands(CLI::App& app, chosen& to) {
    add_control(app, to);
    add_events(app, to);
    add_explain(app, to);
    add_send(app, to);
}

} // namespace tactus::cli
