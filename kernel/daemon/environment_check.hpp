// SPDX-License-Identifier: MIT
// Whether this machine has, at this moment, what a configuration asks for: addresses to listen on
// that are free, and MIDI ports that are there. For `tactus check`: nothing is kept open, and
// nobody is connected to. The daemon itself just tries, and tries again.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/endpoint.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/discovery.hpp"
#include "kernel/host/catalog.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::daemon {

// An address that is taken is an error. What may be there, or be permitted, when the daemon runs is
// a warning: a MIDI port, a folder, an address of this machine. Only of what a route names. Blocks:
// some seconds where a MIDI system hangs; then `has_hung` is set, and the process must leave by
// _exit.
[[nodiscard]] std::vector<config::diagnostic>
check_environment(const config::settings& settings, host::catalog& catalog, bool& has_hung);

// Why nobody could listen there now.
struct obstacle {
    std::string why;       // "is taken by another program"; empty: there is none
    bool is_final = false; // waiting does not help
    bool is_taken = false; // somebody else has it
};
// [::] is that of IPv4, too. Multicast groups, which several may hear, and port 0 are always free.
[[nodiscard]] obstacle find_obstacle(const config::endpoint& where);

// What the option `port` means among the ports that are there.
struct meant_ports {
    // In a system there is one, or several that are all taken; or the plugin looks for nothing, and
    // cannot say what is not there.
    bool is_clear = false;
    std::vector<std::string> rivals; // all that it fits
    std::string nearest;             // the name that is almost called so; empty: none
};
// takes_all_of_pattern: as inputs do. An instance works with one system, so ports of two systems
// are no rivals.
[[nodiscard]] meant_ports find_meant(std::span<const discovered_port> all, std::string_view wanted,
                                     bool takes_all_of_pattern);

} // namespace tactus::daemon
