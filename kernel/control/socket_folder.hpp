// SPDX-License-Identifier: MIT
// Where a daemon's control sockets are, for the daemon that makes them and for the clients that
// look for them:
//     $RUNTIME_DIRECTORY              (a service of systemd)
//     $XDG_RUNTIME_DIR/tactus/NAME    (a user)
//     /run/tactus/NAME                (root, and others whose folder an administrator made)
// Each holds control.sock, which answers every method, and status.sock, which answers those that
// change nothing. Threads: any, as long as none changes the environment.
#pragma once

#include "kernel/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

inline constexpr std::string_view control_socket = "control.sock";
inline constexpr std::string_view status_socket = "status.sock";
// The record of sounding notes, in the same folder; see daemon/sounding_service.hpp.
inline constexpr std::string_view sounding_name = "sounding";

// The folder of the daemon with that name; made if it is missing. Errors: io (it cannot be made, or
// others may write there), invalid (its path is too long for a socket, or not absolute); the text
// says what to do.
[[nodiscard]] result<std::string> make_socket_folder(std::string_view name);
// Which of the variables is ignored by the functions below, and why, in a sentence: its path is not
// absolute. Empty: none.
[[nodiscard]] std::string why_variable_ignored();

// A daemon's socket that a client could use, or another file of a daemon.
struct found_socket {
    std::string path;
    std::string name;       // of the daemon, as its folder says; empty in the folder of a service
    bool is_closed = false; // this user may not connect to it; only of sockets
};

// Where another daemon of that name listens, in another folder than `own`; empty: nowhere that this
// user can see. Looks in /run/tactus, in $XDG_RUNTIME_DIR and in /run/user/UID. A daemon that
// systemd has given its folder, and thereby its place, looks for none.
[[nodiscard]] std::string find_namesake(std::string_view name, const std::string& own);

// The sockets with that file name at which a daemon listens, those of services first. Connects to
// each, so a file that a dead daemon left is not among them; one that this user may not connect to
// is, as closed.
[[nodiscard]] std::vector<found_socket> find_sockets(std::string_view file_name);
// Files with that name in the folders of all daemons, in the same order, of any user.
[[nodiscard]] std::vector<found_socket> find_files(std::string_view file_name);

} // namespace tactus::control
