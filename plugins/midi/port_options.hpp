// SPDX-License-Identifier: MIT
// The options that select a port, shared by inputs and outputs.
#pragma once

#include "port_identity.hpp"
#include "port_match.hpp"

#include <tactus/cpp/firewall.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace midi {

enum class api_choice : std::uint8_t { automatic, alsa, jack, rtmidi };
inline constexpr const char* api_words[] = {"auto", "alsa", "jack", "rtmidi", nullptr};
inline constexpr const char api_doc[] =
    "MIDI system; auto: ALSA where its sequencer may be used, else JACK.";

namespace detail {
inline void check_name(const char* key, const std::string& name, std::size_t size_max) {
    if (name.empty() || name.size() > size_max) {
        throw tactus::config_error(key, "a name of 1 to " + std::to_string(size_max) +
                                            " bytes is required.");
    }
}
} // namespace detail

/// Errors: config_error at the option's key.
inline void check_ports(const std::optional<port_selector>& port,
                        const std::optional<std::string>& virtual_port, const std::string& client) {
    if (!port && !virtual_port) {
        throw tactus::config_error("port", "one of `port` and `virtual` is required: an existing "
                                           "port, or a new one that other programs connect to.");
    }
    if (port && virtual_port) {
        throw tactus::config_error("virtual",
                                   "`port` and `virtual` exclude each other; remove one of them.");
    }
    if (port && port->is_name_only()) {
        detail::check_name("port", port->name, 255);
    } else if (virtual_port) {
        detail::check_name("virtual", *virtual_port, 128);
    }
    detail::check_name("client", client, 32);
    if (client.find(':') != std::string::npos) {
        throw tactus::config_error("client", "a client's name must not contain a colon.");
    }
}

} // namespace midi
