// SPDX-License-Identifier: MIT
#include "kernel/daemon/tap/event_text.hpp"

#include "kernel/base/hexadecimal.hpp"
#include "kernel/codec/midi.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_message.hpp"
#include "kernel/config/text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <span>

namespace tactus::daemon {
namespace {

using bytes = std::span<const std::uint8_t>;

constexpr std::size_t text_argument_max = 24; // code points of one argument
constexpr std::size_t hex_bytes_max = 8;
constexpr int no_bend = 8192;

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

std::string first_bytes(bytes of) {
    const bytes shown = of.first(std::min(of.size(), hex_bytes_max));
    return base::hexadecimal(shown, base::hexadecimal_capitals) +
           (shown.size() < of.size() ? " ..." : "");
}

std::string argument_text(const codec::osc_argument& argument) {
    if (const auto text = argument.as_string()) {
        return '"' + config::escaped(*text, text_argument_max) + '"';
    }
    if (const auto blob = argument.as_blob()) {
        return "blob[" + std::to_string(blob->size()) + "]";
    }
    if (const auto midi = argument.as_midi()) {
        return "midi[" + first_bytes(*midi) + "]";
    }
    if (const auto is_true = argument.as_bool()) {
        return *is_true ? "true" : "false";
    }
    if (const auto integer = argument.as_int64()) {
        return std::to_string(*integer);
    }
    if (const auto real = argument.as_double()) {
        return number(*real);
    }
    switch (argument.tag()) {
    case 'N':
        return "nil";
    case 'I':
        return "impulse";
    case 't':
        return "time";
    case '[':
    case ']':
        return {argument.tag()};
    default: // c and r
        return std::string(1, argument.tag()) + "[" + first_bytes(argument.bytes()) + "]";
    }
}

std::string osc_text(bytes of) {
    codec::osc_message message;
    if (codec::parse_message(of, message) != codec::osc_error::none) {
        return "OSC, " + std::to_string(of.size()) + " bytes, malformed";
    }
    std::string out = config::escaped(message.address, event_text_max);
    for (const codec::osc_argument argument : codec::arguments(message)) {
        if (out.size() >= event_text_max) {
            return out + " ...";
        }
        out += ' ' + argument_text(argument);
    }
    return out;
}

// The status's high half selects the name; the table names the two data bytes.
std::string channel_text(const codec::midi_view& message) {
    struct naming {
        const char* what;
        const char* first;
        const char* second; // nullptr: there is none
    };
    static constexpr std::array<naming, 7> names = {{{"note off", "note", "velocity"},
                                                     {"note on", "note", "velocity"},
                                                     {"pressure", "note", "value"},
                                                     {"control", "number", "value"},
                                                     {"program", "number", nullptr},
                                                     {"pressure", "value", nullptr},
                                                     {"bend", "value", nullptr}}};
    const int kind = (message.status() >> 4) - 8;
    const naming& as = message.is_note_off() ? names[0] : names[static_cast<std::size_t>(kind)];
    int first = message.bytes[1];
    if ((message.status() & 0xF0) == 0xE0) {
        first = (message.bytes[2] << 7 | message.bytes[1]) - no_bend;
    }
    std::string out = std::string(as.what) + "  channel " + std::to_string(message.channel()) +
                      "  " + as.first + " " + std::to_string(first);
    if (as.second != nullptr) {
        out += std::string("  ") + as.second + " " + std::to_string(message.bytes[2]);
    }
    return out;
}

std::string midi_text(bytes of) {
    if (codec::midi_check(of) != codec::midi_error::none) {
        return "MIDI, " + std::to_string(of.size()) + " bytes, malformed";
    }
    const codec::midi_view message{of};
    if (message.is_channel_message()) {
        return channel_text(message);
    }
    if (message.status() == 0xF0) {
        return "system exclusive, " + std::to_string(of.size()) + " bytes";
    }
    const std::string_view name = codec::midi_name(message);
    return name == "raw" ? "system  " + first_bytes(of) : std::string(name);
}

} // namespace

std::string event_text(const tactus_event& event) {
    const bytes of(event.bytes, event.size);
    switch (event.protocol) {
    case TACTUS_PROTO_OSC:
        return osc_text(of);
    case TACTUS_PROTO_MIDI:
        return (event.flags & TACTUS_EVENT_SYSEX_PART) != 0
                   ? "system exclusive, a part of " + std::to_string(of.size()) + " bytes"
                   : midi_text(of);
    default:
        return "protocol " + std::to_string(event.protocol) + ", " + std::to_string(of.size()) +
               " bytes";
    }
}

} // namespace tactus::daemon
