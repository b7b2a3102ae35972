// SPDX-License-Identifier: MIT
// The commands, with their options as plain structs, which cli.cpp fills from argv. Each returns an
// exit code of cli.hpp.
#pragma once

#include <string>
#include <vector>

namespace tactus::cli {

struct run_options {
    std::string file;
    bool show = false;  // a live view on standard output
    double seconds = 0; // stop after this time; 0 = never
};
[[nodiscard]] int run_daemon(const run_options& options);

struct check_options {
    std::string file;
    bool json = false;
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
struct log_level_options {
    control_options control;
    std::string level;
};
struct explain_options {
    control_options control;
    std::string config; // the file, without a daemon; empty: a running daemon
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
[[nodiscard]] int panic(const control_options& options);
[[nodiscard]] int stop(const control_options& options);
[[nodiscard]] int log_level(const log_level_options& options);

} // namespace tactus::cli
