// SPDX-License-Identifier: MIT
#include "kernel/codec/midi_to_osc.hpp"

#include <algorithm>
#include <array>

namespace tactus::codec {
namespace {

constexpr std::string_view head = "/midi/";

// Appends if there is room.
bool append(std::string_view text, std::span<char> to, std::size_t& size) noexcept {
    if (text.size() > to.size() - size) {
        return false;
    }
    std::copy(text.begin(), text.end(), to.begin() + static_cast<std::ptrdiff_t>(size));
    size += text.size();
    return true;
}

} // namespace

std::string_view midi_name(const midi_view& midi) noexcept {
    if (midi.is_channel_message()) {
        constexpr std::array<std::string_view, 7> names = {
            "note_off",       "note_on",          "poly_pressure", "control_change",
            "program_change", "channel_pressure", "pitch_bend"};
        return names[(midi.status() >> 4U) - 8U];
    }
    switch (midi.status()) {
    case 0xF0:
        return "sysex";
    case 0xF8:
        return "clock";
    case 0xFA:
        return "start";
    case 0xFB:
        return "continue";
    case 0xFC:
        return "stop";
    default:
        return "raw";
    }
}

std::string_view midi_argument_types(const midi_view& midi) noexcept {
    if (!midi.is_channel_message()) {
        const std::string_view name = midi_name(midi);
        return name == "sysex" || name == "raw" ? "b" : "";
    }
    const bool has_two = midi.bytes.size() == 2 || (midi.status() & 0xF0) == 0xE0;
    return has_two ? "ii" : "iii";
}

void write_midi_arguments(const midi_view& midi, osc_writer& writer) noexcept {
    if (!midi.is_channel_message()) {
        if (midi_argument_types(midi) == "b") {
            writer.blob(midi.bytes);
        }
        return;
    }
    writer.int32(midi.channel());
    if ((midi.status() & 0xF0) == 0xE0) {
        writer.int32(midi.bytes[1] | midi.bytes[2] << 7);
        return;
    }
    for (const std::uint8_t each : midi.bytes.subspan(1)) {
        writer.int32(each);
    }
}

std::optional<std::size_t> translate(const midi_view& midi, std::string_view port,
                                     std::span<std::uint8_t> out) noexcept {
    std::array<char, osc_address_size_max> address{};
    std::size_t size = 0;
    const bool has_room = append(head, address, size) && append(port, address, size) &&
                          append("/", address, size) && append(midi_name(midi), address, size);
    if (!has_room) {
        return std::nullopt;
    }
    osc_writer writer(out);
    writer.begin_message({address.data(), size}, midi_argument_types(midi));
    write_midi_arguments(midi, writer);
    return writer.finish();
}

std::string_view midi_port_in(std::string_view address) noexcept {
    const std::string_view rest = address.substr(head.size());
    return rest.substr(0, rest.rfind('/'));
}

} // namespace tactus::codec
