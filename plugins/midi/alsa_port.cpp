// SPDX-License-Identifier: MIT
#include "alsa_port.hpp"

#include "usb_device.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace midi {
namespace {

// seq_midi.c: a card's device has 32 ports, one for each of its cables.
constexpr int cables_max = 32;

// "Virtual Raw MIDI 1-0": the card and the device (seq_virmidi.c).
int device_of_virtual(std::string_view client_name) noexcept {
    int device = 0;
    const std::size_t dash = client_name.rfind('-');
    if (dash != std::string_view::npos) {
        std::from_chars(client_name.data() + dash + 1, client_name.data() + client_name.size(),
                        device);
    }
    return device;
}

alsa_port describe(const snd_seq_client_info_t* client, const snd_seq_port_info_t* port) {
    alsa_port made;
    const char* client_name =
        snd_seq_client_info_get_name(const_cast<snd_seq_client_info_t*>(client));
    made.at = {snd_seq_port_info_get_client(port), snd_seq_port_info_get_port(port)};
    made.client_name = client_name;
    made.port_name = snd_seq_port_info_get_name(port);
    made.name = made.client_name + ":" + made.port_name + " " + std::to_string(made.at.client) +
                ":" + std::to_string(made.at.port);
    if (snd_seq_client_info_get_type(client) == SND_SEQ_USER_CLIENT) {
        return made;
    }
    made.card = snd_seq_client_info_get_card(client);
    if ((snd_seq_port_info_get_type(port) & SND_SEQ_PORT_TYPE_HARDWARE) != 0 && made.card >= 0) {
        made.kind = alsa_kind::hardware;
        made.device = made.at.port / cables_max;
        made.subdevice = made.at.port % cables_max;
    } else if (std::string_view(client_name).starts_with("Virtual Raw MIDI") && made.card >= 0) {
        made.kind = alsa_kind::virtual_raw;
        made.device = device_of_virtual(client_name);
    } else {
        made.kind = alsa_kind::kernel;
    }
    return made;
}

bool is_usable(const snd_seq_port_info_t* port, alsa_client::direction way) noexcept {
    constexpr unsigned midi_types =
        SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_SYNTH | SND_SEQ_PORT_TYPE_APPLICATION;
    const unsigned needed = way == alsa_client::direction::sends
                                ? SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE
                                : SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ;
    const unsigned rights = snd_seq_port_info_get_capability(port);
    return (snd_seq_port_info_get_type(port) & midi_types) != 0 && (rights & needed) == needed &&
           (rights & SND_SEQ_PORT_CAP_NO_EXPORT) == 0;
}

} // namespace

std::vector<alsa_port> list_alsa_ports(const alsa_client& client, alsa_client::direction way) {
    std::vector<alsa_port> all;
    snd_seq_client_info_t* owner = nullptr;
    snd_seq_client_info_alloca(&owner);
    snd_seq_port_info_t* port = nullptr;
    snd_seq_port_info_alloca(&port);
    snd_seq_client_info_set_client(owner, -1);
    while (snd_seq_query_next_client(client.handle(), owner) >= 0) {
        const int number = snd_seq_client_info_get_client(owner);
        if (number == SND_SEQ_CLIENT_SYSTEM ||
            (way == alsa_client::direction::sends && alsa_client::is_of_this_process(number))) {
            continue;
        }
        snd_seq_port_info_set_client(port, number);
        snd_seq_port_info_set_port(port, -1);
        while (snd_seq_query_next_port(client.handle(), port) >= 0) {
            if (is_usable(port, way)) {
                all.push_back(describe(owner, port));
            }
        }
    }
    return all;
}

const alsa_port* find_alsa_port(const std::vector<alsa_port>& all, std::string_view name) noexcept {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const alsa_port& each) { return each.name == name; });
    return found != all.end() ? &*found : nullptr;
}

port_identity identity_of(const alsa_port& port) {
    port_identity is;
    is.client = port.client_name;
    is.port = port.port_name;
    if (port.card >= 0) {
        char* name = nullptr;
        if (snd_card_get_name(port.card, &name) == 0) {
            is.card = name;
            std::free(name);
        }
    }
    if (port.kind == alsa_kind::hardware) {
        const usb_device device = usb_device_of(port.card);
        is.usb = device.id;
        is.usb_serial = device.serial;
        is.path = device.path;
        is.cable = static_cast<std::uint32_t>(port.at.port) + 1;
    }
    return is;
}

std::string raw_midi_name(const alsa_port& port) {
    return "hw:" + std::to_string(port.card) + "," + std::to_string(port.device) + "," +
           std::to_string(port.subdevice);
}

alsa_port alsa_port_at(const alsa_client& client, alsa_address at) {
    snd_seq_client_info_t* owner = nullptr;
    snd_seq_client_info_alloca(&owner);
    snd_seq_port_info_t* port = nullptr;
    snd_seq_port_info_alloca(&port);
    if (snd_seq_get_any_client_info(client.handle(), at.client, owner) >= 0 &&
        snd_seq_get_any_port_info(client.handle(), at.client, at.port, port) >= 0) {
        return describe(owner, port);
    }
    alsa_port nothing;
    nothing.at = at;
    return nothing;
}

} // namespace midi
