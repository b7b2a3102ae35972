// SPDX-License-Identifier: MIT
// The ports that ALSA's sequencer has, and what stands behind each: a program, which reads from a
// pool of cells, or a device, whose driver has a buffer of bytes. Pure questions to the system.
#pragma once

#include "alsa_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

/// hardware: a device's cable. virtual_raw: snd-virmidi, whose other end is a raw MIDI device.
/// kernel: any other port of the kernel, as "Midi Through".
enum class alsa_kind : std::uint8_t { program, hardware, virtual_raw, kernel };

struct alsa_port {
    std::string name; // CLIENT:PORT 24:0, as RtMidi has it too
    alsa_address at;
    alsa_kind kind = alsa_kind::program;
    int card = -1;     // of hardware and virtual_raw
    int device = 0;    // raw MIDI, on that card
    int subdevice = 0; // the cable, from 0
    std::string client_name;
    std::string port_name;
};

/// As libasound opens it: hw:1,0,0. Bounds: a port of hardware.
std::string raw_midi_name(const alsa_port& port);

/// Asks the system what is behind it.
port_identity identity_of(const alsa_port& port);

/// Those that others may write to (`sends`: what an output needs) or read from, in the system's
/// order; none of the sequencer's own. Outputs do not get ports of this process: what is sent there
/// would come in again.
std::vector<alsa_port> list_alsa_ports(const alsa_client& client, alsa_client::direction way);

/// The one of that name; nullptr where it is not among them.
const alsa_port* find_alsa_port(const std::vector<alsa_port>& all, std::string_view name) noexcept;

/// The one at that address. kind program where nothing is there.
alsa_port alsa_port_at(const alsa_client& client, alsa_address at);

} // namespace midi
