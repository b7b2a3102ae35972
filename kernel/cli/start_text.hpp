// SPDX-License-Identifier: MIT
// What the live view says first: which inputs listen where, which outputs go where and whether they
// are there, where the metrics are, and a line to paste into another terminal. Pure.
#pragma once

#include "kernel/config/settings.hpp"

#include <string>
#include <vector>

namespace tactus::cli {

// An input or output as it is at the start.
struct station {
    std::string name;
    std::string type;
    std::string address; // what it listens on or sends to; empty where it has none
    bool is_output = false;
    bool is_up = true;
    std::string why_not = {};   // as far as it is known
    bool is_needed = true;      // by a route; if not, it is not opened
    std::string shortfall = {}; // what of it is not there, though it is up
};

struct start_facts {
    std::string name; // of the daemon
    std::vector<station> stations;
    std::string metrics; // host:port; empty: off
    std::string try_it;  // a command; empty where there is none
};

[[nodiscard]] std::vector<std::string> start_lines(const start_facts& facts);

// The endpoints that an instance's options name, comma-separated; else its text options that are
// set, "virtual tactus demo"; else empty. Never a secret.
[[nodiscard]] std::string address_of(const config::instance_settings& instance);

// An oscsend command (liblo-tools) whose event goes through the first OSC input over UDP and one of
// its routes; a note where the route lets one through. Empty where there is no such input.
[[nodiscard]] std::string try_command(const config::settings& settings);

} // namespace tactus::cli
