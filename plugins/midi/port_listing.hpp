// SPDX-License-Identifier: MIT
// The ports of one MIDI system for `tactus ports`. Threads: work.
#pragma once

#include "port_identity.hpp"

#include <tactus/cpp/error.hpp>
#include <tactus/cpp/plugin_traits.hpp>

#include <string>

namespace midi {

/// Our client name in the system during listing.
inline constexpr const char* listing_client = "tactus-list";

/// `open` returns the system, or nullptr and the reason.
template <class Open>
void list_system(const char* name, const tactus::port_visitor& visit, Open open) {
    try {
        std::string why;
        const auto system = open(why);
        if (system == nullptr) {
            visit.missing(name, why);
            return;
        }
        bool is_empty = true;
        for (const std::string& port : system->ports()) {
            if (!port.starts_with(listing_client)) { // our own, made only for listing
                visit.found(name, port, lasting_table(system->identity_of(port)));
                is_empty = false;
            }
        }
        if (is_empty) {
            visit.empty(name);
        }
    } catch (const tactus::failure& failed) {
        visit.missing(name, failed.text());
    }
}

} // namespace midi
