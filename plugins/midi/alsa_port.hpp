// SPDX-License-Identifier: MIT
// The ports of ALSA's sequencer, and the owner of each: a program, which reads from a pool of
// cells, or a device, whose driver has a byte buffer. These functions only query the system.
#pragma once

#include "alsa_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

/// hardware: a device's cable. virtual_raw: snd-virmidi, whose other end is a raw MIDI device.
/// kernel: any other port of the kernel, such as "Midi Through".
enum class alsa_kind : std::uint8_t { program, hardware, virtual_raw, kernel };

struct alsa_port {
    std::string name; // CLIENT:PORT 24:0, as in RtMidi
    alsa_address at;
    alsa_kind kind = alsa_kind::program;
    int card = -1;     // for hardware and virtual_raw
    int device = 0;    // raw MIDI, on that card
    int subdevice = 0; // the cable, from 0
    std::string client_name;
    std::string port_name;
};

/// The name by which libasound opens it: hw:1,0,0. Bounds: a port of hardware.
std::string raw_midi_name(const alsa_port& port);

/// Queries the system for the device behind the port.
port_identity identity_of(const alsa_port& port);

/// The ports that others may write to (`sends`: for an output) or read from, in the system's order,
/// without the sequencer's own. Outputs are not offered ports of this process: events sent
/// there would come in again.
std::vector<alsa_port> list_alsa_ports(const alsa_client& client, alsa_client::direction way);

/// The port with that name; nullptr if it is not in the list.
const alsa_port* find_alsa_port(const std::vector<alsa_port>& all, std::string_view name) noexcept;

/// The port at that address; its kind is program if there is none.
alsa_port alsa_port_at(const alsa_client& client, alsa_address at);

} // namespace midi
