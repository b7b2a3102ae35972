// SPDX-License-Identifier: MIT
// Whether this machine now has the things that a configuration requires: free addresses to listen
// on, and the MIDI ports. For `tactus check`: nothing is kept open, and no connection is made. The
// daemon itself just tries and retries.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/endpoint.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/checks/discovery.hpp"
#include "kernel/host/loading/catalog.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::daemon {

// An address in use is an error; or a warning, if a daemon runs this configuration, which may have
// it (`is_run`). A missing thing is only a warning if it may be present or permitted when the
// daemon runs: a MIDI port, a folder, an address of this machine. Only checks what a route names.
// Blocks: some seconds if a MIDI system hangs; then `has_hung` is set, and the process must leave
// by _exit.
[[nodiscard]] std::vector<config::diagnostic> check_environment(const config::settings& settings,
                                                                host::catalog& catalog, bool is_run,
                                                                bool& has_hung);

// Why it is impossible to listen there now.
struct obstacle {
    std::string why;       // "is already used by another program"; empty: there is none
    bool is_final = false; // waiting does not help
    bool is_taken = false; // the address or file is in use
};
// [::] includes IPv4. Multicast groups, which can be shared, and port 0 are always free.
[[nodiscard]] obstacle find_obstacle(const config::endpoint& where);

// The existing ports that the option `port` matches.
struct meant_ports {
    // A system has exactly one match, or several that are all used; or the plugin discovers no
    // ports, and cannot report a missing one.
    bool is_clear = false;
    std::vector<std::string> rivals; // all ports that it matches
    std::string nearest;             // the most similar name; empty: none
};
// takes_all_of_pattern: as inputs do. An instance works with one system; therefore ports of two
// systems do not compete.
[[nodiscard]] meant_ports find_meant(std::span<const discovered_port> all, std::string_view wanted,
                                     bool takes_all_of_pattern);

} // namespace tactus::daemon
