// SPDX-License-Identifier: MIT
// The first lines of the live view: where each input listens, where each output sends and whether
// it is up, the metrics address, and a command to paste into another terminal. Pure.
#pragma once

#include "kernel/config/settings.hpp"

#include <string>
#include <vector>

namespace tactus::cli {

// The state of an input or output at the start.
struct station {
    std::string name;
    std::string type;
    std::string address; // what it listens on or sends to; may be empty
    bool is_output = false;
    bool is_up = true;
    std::string why_not = {};   // as far as known
    bool is_needed = true;      // by a route; otherwise it is not opened
    std::string shortfall = {}; // what is missing although it is up
};

struct start_facts {
    std::string name; // of the daemon
    std::vector<station> stations;
    std::string metrics; // host:port; empty: off
    std::string try_it;  // a command; may be empty
};

[[nodiscard]] std::vector<std::string> start_lines(start_facts facts);

// The endpoints in an instance's options, comma-separated; else its text options that are set,
// "virtual tactus demo"; else empty. Never a secret.
[[nodiscard]] std::string address_of(const config::instance_settings& instance);

// An oscsend command (liblo-tools) whose event passes through the first OSC input over UDP and one
// of its routes; a note if the route passes one. Empty if there is no such input.
[[nodiscard]] std::string try_command(const config::settings& settings);

} // namespace tactus::cli
