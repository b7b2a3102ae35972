// SPDX-License-Identifier: MIT
// What `tactus ports` gets to see of one MIDI system. Threads: work.
#pragma once

#include <tactus/cpp/error.hpp>
#include <tactus/cpp/plugin_traits.hpp>

#include <string>

namespace midi {

/// `open` gives the system, or nullptr and the reason.
template <class Open>
void list_system(const char* name, const tactus::port_visitor& visit, Open open) {
    try {
        std::string why;
        const auto system = open(why);
        if (system == nullptr) {
            visit.missing(name, why);
            return;
        }
        for (const std::string& port : system->ports()) {
            visit.found(name, port);
        }
    } catch (const tactus::failure& failed) {
        visit.missing(name, failed.text());
    }
}

} // namespace midi
