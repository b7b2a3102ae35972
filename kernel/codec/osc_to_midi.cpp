// SPDX-License-Identifier: MIT
// A table of names, and three ways to make bytes: from numbers, from bytes as they stand, from an
// m.
#include "kernel/codec/osc_to_midi.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace tactus::codec {
namespace {

using bytes_out = std::span<std::uint8_t>;

enum class shape : std::uint8_t { numbers, bend, wide, bytes, sysex };

struct rule {
    std::string_view name;
    shape form;
    std::uint8_t status;    // wide: the controller of the parameter's upper half; 0: none
    std::uint8_t count_min; // arguments, the channel included
    std::uint8_t count_max;
};

constexpr std::array<rule, 16> rules{{
    {"note_on", shape::numbers, 0x90, 3, 3},
    {"note_off", shape::numbers, 0x80, 2, 3},
    {"control_change", shape::numbers, 0xB0, 3, 3},
    {"program_change", shape::numbers, 0xC0, 2, 2},
    {"channel_pressure", shape::numbers, 0xD0, 2, 2},
    {"poly_pressure", shape::numbers, 0xA0, 3, 3},
    {"pitch_bend", shape::bend, 0xE0, 2, 2},
    {"control_change_14", shape::wide, 0, 3, 3},
    {"nrpn", shape::wide, 0x63, 3, 3},
    {"rpn", shape::wide, 0x65, 3, 3},
    {"clock", shape::numbers, 0xF8, 0, 0},
    {"start", shape::numbers, 0xFA, 0, 0},
    {"continue", shape::numbers, 0xFB, 0, 0},
    {"stop", shape::numbers, 0xFC, 0, 0},
    {"raw", shape::bytes, 0, 0, 0},
    {"sysex", shape::sysex, 0, 0, 0},
}};

constexpr int channels = 16;
constexpr int seven_bit_max = 127;
constexpr int wide_max = 16383; // 14 bits
constexpr int wide_controller_max = 31;
constexpr std::uint8_t lower_half = 32; // from a controller to that of its lower 7 bits
constexpr std::uint8_t data_entry = 6;
constexpr std::uint8_t default_release = 64; // what MIDI 1.0 asks of keys without velocity

translation refuse(translate_error error) noexcept {
    return {error, 0};
}

// The argument as a whole number from min to max; -1 where it is none.
int number(const osc_argument& argument, int min, int max) noexcept {
    if (const std::optional<std::int64_t> whole = argument.as_int64()) {
        return *whole >= min && *whole <= max ? static_cast<int>(*whole) : -1;
    }
    const std::optional<double> value = argument.as_double();
    if (!value || !std::isfinite(*value)) {
        return -1;
    }
    const double rounded = std::round(*value);
    return rounded >= min && rounded <= max ? static_cast<int>(rounded) : -1;
}

translation from_midi_argument(const osc_argument& argument, bytes_out out) noexcept {
    const std::span<const std::uint8_t, 4> midi = *argument.as_midi();
    const std::size_t size = midi_length(midi[1]);
    const std::span<const std::uint8_t> message = midi.subspan(1, size);
    if (midi_check(message) != midi_error::none) {
        return refuse(translate_error::bad_arguments);
    }
    if (size > out.size()) {
        return refuse(translate_error::too_large);
    }
    std::copy(message.begin(), message.end(), out.begin());
    return {translate_error::none, size};
}

// Channel first, then 7-bit numbers; or no argument at all (clock, start, ...).
translation from_numbers(const rule& rule, const osc_message& message, bytes_out out) noexcept {
    const std::size_t size = midi_length(rule.status);
    if (size > out.size()) {
        return refuse(translate_error::too_large);
    }
    out[0] = rule.status;
    if (size == 3) {
        out[2] = default_release; // stays for a note_off without velocity only
    }
    std::size_t position = 0;
    for (const osc_argument& argument : arguments(message)) {
        const bool is_channel = position == 0;
        const int value =
            is_channel ? number(argument, 1, channels) - 1 : number(argument, 0, seven_bit_max);
        if (value < 0) {
            return refuse(translate_error::bad_arguments);
        }
        out[position] = static_cast<std::uint8_t>(is_channel ? rule.status | value : value);
        ++position;
    }
    return {translate_error::none, size};
}

translation from_bend(const rule& rule, const osc_message& message, bytes_out out) noexcept {
    if (out.size() < 3) {
        return refuse(translate_error::too_large);
    }
    osc_argument_iterator argument = arguments(message).begin();
    const int channel = number(*argument, 1, channels) - 1;
    ++argument;
    const int bend = number(*argument, 0, wide_max);
    if (channel < 0 || bend < 0) {
        return refuse(translate_error::bad_arguments);
    }
    out[0] = static_cast<std::uint8_t>(rule.status | channel);
    out[1] = static_cast<std::uint8_t>(bend & 0x7F);
    out[2] = static_cast<std::uint8_t>(bend >> 7);
    return {translate_error::none, 3};
}

// Channel, controller or parameter, 14-bit value: two or four control changes, the upper half
// first. Source: MIDI 1.0, "Control Change", table 3; "Registered and Non-Registered Parameter
// Numbers".
translation from_wide(const rule& rule, const osc_message& message, bytes_out out) noexcept {
    const bool has_parameter = rule.status != 0;
    osc_argument_iterator argument = arguments(message).begin();
    const int channel = number(*argument, 1, channels) - 1;
    ++argument;
    const int which = number(*argument, 0, has_parameter ? wide_max : wide_controller_max);
    ++argument;
    const int value = number(*argument, 0, wide_max);
    if (channel < 0 || which < 0 || value < 0) {
        return refuse(translate_error::bad_arguments);
    }
    std::size_t size = 0;
    const auto add = [&](int controller, int setting) {
        out[size++] = static_cast<std::uint8_t>(0xB0 | channel);
        out[size++] = static_cast<std::uint8_t>(controller);
        out[size++] = static_cast<std::uint8_t>(setting);
    };
    if (out.size() < (has_parameter ? 12 : 6)) {
        return refuse(translate_error::too_large);
    }
    if (has_parameter) {
        add(rule.status, which >> 7);
        add(rule.status - 1, which & 0x7F);
    }
    const int controller = has_parameter ? data_entry : which;
    add(controller, value >> 7);
    add(controller + lower_half, value & 0x7F);
    return {translate_error::none, size};
}

// Appends to `out` what a blob or a row of numbers says.
translation copy_bytes(const osc_message& message, bytes_out out) noexcept {
    const osc_arguments all = arguments(message);
    if (message.types == "b") {
        const std::span<const std::uint8_t> blob = *all.begin()->as_blob();
        if (blob.size() > out.size()) {
            return refuse(translate_error::too_large);
        }
        std::copy(blob.begin(), blob.end(), out.begin());
        return {translate_error::none, blob.size()};
    }
    if (message.types.size() > out.size()) {
        return refuse(translate_error::too_large);
    }
    std::size_t size = 0;
    for (const osc_argument& argument : all) {
        const int value = number(argument, 0, 255);
        if (value < 0) {
            return refuse(translate_error::bad_arguments);
        }
        out[size++] = static_cast<std::uint8_t>(value);
    }
    return {translate_error::none, size};
}

translation checked(bytes_out out, std::size_t size) noexcept {
    const midi_error error = midi_check(out.first(size));
    if (error == midi_error::none) {
        return {translate_error::none, size};
    }
    return refuse(error == midi_error::too_large ? translate_error::too_large
                                                 : translate_error::bad_arguments);
}

translation from_bytes(const osc_message& message, bytes_out out) noexcept {
    const translation copied = copy_bytes(message, out);
    return copied.error == translate_error::none ? checked(out, copied.size) : copied;
}

// A frame is kept where it is there and added where not, but not around nothing: an empty SysEx is
// one only where it was said in full.
translation from_sysex(const osc_message& message, bytes_out out) noexcept {
    const translation copied = copy_bytes(message, out);
    if (copied.error != translate_error::none) {
        return copied;
    }
    std::size_t size = copied.size;
    const bool has_head = size > 0 && out[0] == 0xF0;
    const bool has_tail = size > 0 && out[size - 1] == 0xF7;
    if (size + (has_head ? 0 : 1) + (has_tail ? 0 : 1) > out.size()) {
        return refuse(translate_error::too_large);
    }
    if (!has_head) {
        std::memmove(out.data() + 1, out.data(), size++);
        out[0] = 0xF0;
    }
    if (!has_tail) {
        out[size++] = 0xF7;
    }
    const bool is_whole = has_head && has_tail;
    return size > 2 || is_whole ? checked(out, size) : refuse(translate_error::bad_arguments);
}

} // namespace

std::string_view to_string(translate_error error) noexcept {
    switch (error) {
    case translate_error::none:
        return "none";
    case translate_error::unsupported:
        return "unsupported";
    case translate_error::bad_arguments:
        return "bad_arguments";
    case translate_error::too_large:
        return "too_large";
    }
    return "unsupported";
}

translation translate(const osc_message& message, bytes_out out) noexcept {
    if (message.types.find('m') != std::string_view::npos) {
        const osc_arguments all = arguments(message);
        return from_midi_argument(
            *std::find_if(all.begin(), all.end(),
                          [](const osc_argument& argument) { return argument.tag() == 'm'; }),
            out);
    }
    const std::string_view name = message.address.substr(message.address.rfind('/') + 1);
    const auto* const found = std::find_if(rules.begin(), rules.end(),
                                           [name](const rule& rule) { return rule.name == name; });
    if (found == rules.end()) {
        return refuse(translate_error::unsupported);
    }
    if (found->form == shape::bytes) {
        return from_bytes(message, out);
    }
    if (found->form == shape::sysex) {
        return from_sysex(message, out);
    }
    const std::size_t count = message.types.size();
    if (count < found->count_min || count > found->count_max) {
        return refuse(translate_error::bad_arguments);
    }
    if (found->form == shape::wide) {
        return from_wide(*found, message, out);
    }
    return found->form == shape::bend ? from_bend(*found, message, out)
                                      : from_numbers(*found, message, out);
}

} // namespace tactus::codec
