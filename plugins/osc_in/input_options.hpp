// SPDX-License-Identifier: MIT
// The options of the input, and their check.
#pragma once

#include <tactus/cpp/gone_senders.hpp>
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace osc_in {

struct input_options {
    std::vector<std::string> listen;
    bool open = false;
    std::vector<std::string> allow;
    tactus::byte_count datagram_max;
    tactus::osc_framing framing = tactus::osc_framing::automatic;
    std::string interface;
    std::string socket_mode;
    std::chrono::nanoseconds packet_timeout{0};
    std::optional<bool> sysex;
    std::optional<tactus::when_gone> when_gone; // unset: end
    std::chrono::nanoseconds gone_grace{0};
    bool control = false;

    /// Whether the notes and events of a connection end with it.
    [[nodiscard]] tactus::when_gone at_end() const noexcept {
        return when_gone.value_or(tactus::when_gone::end);
    }
};

inline constexpr const char* const schemes[] = {"udp", "tcp", "unix", "unixgram", nullptr};
inline constexpr const char* const framings[] = {"auto", "size", "slip", nullptr};

inline constexpr auto option_table = tactus::options(
    tactus::option(&input_options::listen, "listen", "\"udp://127.0.0.1:9100\"",
                   "Where to listen: one numeric endpoint or a list of them; a multicast "
                   "address joins its group.")
        .endpoint(schemes),
    tactus::option(
        &input_options::open, "open", "false",
        "Whether everyone on the network may send to an endpoint that the network can reach."),
    tactus::option(&input_options::allow, "allow", nullptr,
                   "Addresses and networks that may send, like \"192.168.0.0/16\"; unset: "
                   "everyone who can reach the endpoint."),
    tactus::option(&input_options::datagram_max, "datagram_max", "\"64KiB\"",
                   "The longest packet that is accepted, in bytes.")
        .range("16", "\"64KiB\""),
    tactus::option(&input_options::framing, "framing", "\"auto\"",
                   "How packets are framed on TCP and unix:// connections; \"auto\" detects it "
                   "from the first bytes.")
        .choices(framings),
    tactus::option(&input_options::interface, "interface", "\"\"",
                   "The network interface on which multicast groups are joined, by name or "
                   "IPv4 address; \"\": as the system routes."),
    tactus::option(&input_options::socket_mode, "socket_mode", "\"0660\"",
                   "The permissions of a unix socket's file, in octal."),
    tactus::option(&input_options::packet_timeout, "packet_timeout",
                   tactus::packet_deadline::default_toml,
                   "On connections: how long a packet may take from its first byte to its "
                   "last, else the connection is closed; \"0s\": no limit.")
        .range("\"0s\"", "\"24h\""),
    tactus::option(&input_options::sysex, "sysex", nullptr,
                   "Whether messages may become SysEx at a MIDI output, which can rewrite an "
                   "instrument's memory; unset: those that only this machine can send."),
    tactus::option(&input_options::when_gone, "when_gone", nullptr,
                   "When a connection ends: \"end\" ends the notes that it left sounding and "
                   "takes back its scheduled events; \"keep\" does nothing; unset: \"end\".")
        .choices(tactus::when_gone_words),
    tactus::option(&input_options::gone_grace, "gone_grace", "\"0s\"",
                   "With when_gone = \"end\": how long after the end of a connection.")
        .range("\"0s\"", "\"1h\""),
    tactus::option(&input_options::control, "control", "false",
                   "Whether senders may cancel their events, and panic, by messages to "
                   "/tactus/...; if false, these are messages like any other."));

/// Errors: tactus::config_error at the key with the invalid value.
void check(const input_options& settings);
/// The permissions of a unix socket's file. Errors: the same.
[[nodiscard]] std::uint32_t mode_of(const input_options& settings);

} // namespace osc_in
