// SPDX-License-Identifier: MIT
// The commands, with their options as plain structs, which cli.cpp fills from argv. Each returns an
// exit code of cli.hpp.
#pragma once

#include "kernel/config/load.hpp"

#include <string>
#include <vector>

namespace tactus::cli {

struct run_options {
    config::source_list configuration;
    bool show = false;  // a live view on standard output
    double seconds = 0; // stop after this time; 0 = never
};
[[nodiscard]] int run_daemon(const run_options& options);

struct check_options {
    config::source_list configuration;
    bool json = false;
    bool show = false;           // print the merged configuration
    bool no_environment = false; // check only the file
};
[[nodiscard]] int check(const check_options& options);

struct list_options {
    bool json = false;
    std::string name; // of one plugin; empty = all
};
[[nodiscard]] int ports(const list_options& options);
[[nodiscard]] int plugins(const list_options& options);
[[nodiscard]] int show_plugin(const list_options& options);
struct plugin_check_options {
    std::string file;                  // empty with `list`
    std::vector<std::string> settings; // KEY=VALUE
    std::string only;                  // a part of the names of tests; empty: all
    double limit_s = 30;
    bool json = false;
    bool junit = false;
    bool list = false; // print the tests and run none
};
[[nodiscard]] int check_plugin(const plugin_check_options& options);
struct plugin_new_options {
    std::string name;
    std::string language = "cpp"; // or "c" or "rust"
    std::string kind;             // "input" or "output"; empty: by the end of the name
    std::string folder;           // empty: as the name
};
[[nodiscard]] int new_plugin(const plugin_new_options& options);
[[nodiscard]] int schema();
[[nodiscard]] int doctor(const list_options& options);
[[nodiscard]] int version(const list_options& options);

// Which running daemon is meant, and how to print its answer.
struct control_options {
    std::string socket; // its path; empty: it is searched for
    std::string name;   // of the daemon; empty: the only one
    bool json = false;
};
struct status_options {
    control_options control;
    bool watch = false; // once a second until Ctrl-C
};
// For a command that acts on an input, an output or a route.
struct target_options {
    control_options control;
    std::vector<std::string> words; // its name; "route 3" may be two words
};
struct log_level_options {
    control_options control;
    std::string level;
};
struct tap_options {
    control_options control;
    std::string input; // only its events; empty: all
    std::string output;
    std::string address; // a pattern
    bool late = false;
    bool dropped = false;
    std::string record; // a file to write; empty: none
};
[[nodiscard]] int tap(const tap_options& options);
struct replay_options {
    control_options control;
    std::string file;
    std::string as_input; // goes through the routes as its events; empty: straight to outputs
    std::string output;   // all goes there; empty: to where it was recorded
    double speed = 1;
    bool loop = false;
};
[[nodiscard]] int replay(const replay_options& options);
struct reload_options {
    control_options control;
    bool is_dry = false; // only say what would change
};
struct explain_options {
    control_options control;
    config::source_list configuration; // no files: a running daemon is asked
    std::string input;
    std::vector<std::string> words; // an OSC address and its arguments
    std::string midi;               // or the bytes of a MIDI message
};
[[nodiscard]] int explain(const explain_options& options);

struct send_options {
    control_options control;
    std::string as_input;           // the input; empty: the first word is the output
    std::vector<std::string> words; // the event
    std::string at;
    std::string length; // of a note
    int channel = 1;
};
[[nodiscard]] int send(const send_options& options);
[[nodiscard]] int status(const status_options& options);
[[nodiscard]] int print_socket(const control_options& options);
[[nodiscard]] int panic(const target_options& options); // no words: all outputs
// Without a running daemon.
struct offline_options {
    std::string state;                // the file; empty: it is searched for
    std::string name;                 // of the daemon, if several have one; empty: the only one
    std::vector<std::string> configs; // empty: as the file names them
};
[[nodiscard]] int panic_offline(const offline_options& options);
[[nodiscard]] int mute(const target_options& options);
[[nodiscard]] int unmute(const target_options& options);
[[nodiscard]] int restart(const target_options& options);
[[nodiscard]] int stop(const control_options& options);
[[nodiscard]] int reload(const reload_options& options);
[[nodiscard]] int log_level(const log_level_options& options);

// A script for the shell, which asks `tactus __complete WORD...` what could follow.
[[nodiscard]] int completions(const std::string& shell);

} // namespace tactus::cli
