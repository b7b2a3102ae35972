// SPDX-License-Identifier: MIT
// The identity of a port beyond the name that its system gives it: the device behind it, and where
// that is plugged in. Unlike names and numbers, it stays the same after a reboot and in any order
// of the devices.
#pragma once

#include <tactus/cpp/options.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace midi {

/// Empty texts, and cable 0: unknown or absent.
struct port_identity {
    std::string client;     // the client's name, as the system has it
    std::string port;       // the port's own
    std::string card;       // ALSA's card
    std::string usb;        // vendor and product: "1c75:0288"
    std::string usb_serial; // as the device reports it
    std::string path;       // the USB sockets that it is plugged into: "1-2.3"
    std::uint32_t cable = 0;

    bool operator==(const port_identity&) const = default;
};

/// The option `port`: a name or a pattern, or a table; all given fields must match.
struct port_selector {
    std::string name;
    std::string client;
    std::string port;
    std::string card;
    std::string usb;
    std::string usb_serial;
    std::string path;
    std::uint32_t cable = 0;

    static constexpr auto options = tactus::options(
        tactus::option(&port_selector::name, "name", nullptr,
                       "Name of the port, a unique part of it, or a pattern with *."),
        tactus::option(&port_selector::client, "client", nullptr,
                       "Its client's whole name, or a pattern with *."),
        tactus::option(&port_selector::port, "port", nullptr,
                       "The port's own whole name, or a pattern with *."),
        tactus::option(&port_selector::card, "card", nullptr,
                       "ALSA: its card's whole name, or a pattern with *."),
        tactus::option(&port_selector::usb, "usb", nullptr,
                       "ALSA: the device's USB vendor and product, like \"1c75:0288\"."),
        tactus::option(&port_selector::usb_serial, "usb_serial", nullptr,
                       "ALSA: the device's serial number."),
        tactus::option(&port_selector::path, "path", nullptr,
                       "ALSA: the USB sockets that it is plugged into, like \"1-2.3\"."),
        tactus::option(&port_selector::cable, "cable", nullptr,
                       "ALSA: which of the device's MIDI cables, counted from 1.")
            .range("1", "256"));

    /// Only the name is set.
    bool is_name_only() const noexcept;
    /// The name is a pattern.
    bool is_pattern() const noexcept { return name.find('*') != std::string::npos; }
    /// As in the configuration file: the name, or { usb_serial = "A1B2", cable = 1 }.
    std::string text() const;
    /// Whether all fields but the name match.
    bool fits(const port_identity& is) const noexcept;
};

/// The selector's text, quoted for a sentence.
std::string selector_text(const port_selector& selector);

/// The facts that a name CLIENT:PORT reveals, if nothing else is known.
port_identity identity_of_name(std::string_view name);

/// The table, as TOML, that always selects this port and no other; empty if only its name is known.
std::string lasting_table(const port_identity& is);

/// Whether both are the same device, even if plugged in elsewhere; without a serial number, whether
/// both are at the same place.
bool is_same_device(const port_identity& a, const port_identity& b) noexcept;

} // namespace midi
