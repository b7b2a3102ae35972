// SPDX-License-Identifier: MIT
#include "kernel/codec/midi.hpp"

#include <algorithm>

namespace tactus::codec {
namespace {

bool is_seven_bit(std::span<const std::uint8_t> bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte < 0x80; });
}

midi_error check_sysex(std::span<const std::uint8_t> message) noexcept {
    if (message.size() > midi_size_max) {
        return midi_error::too_large;
    }
    if (message.size() < 2 || message.back() != 0xF7) {
        return midi_error::wrong_length;
    }
    const bool is_clean = is_seven_bit(message.subspan(1, message.size() - 2));
    return is_clean ? midi_error::none : midi_error::bad_byte;
}

} // namespace

midi_error midi_check(std::span<const std::uint8_t> message) noexcept {
    if (message.empty() || message[0] < 0x80) {
        return midi_error::no_status;
    }
    if (message[0] == 0xF0) {
        return check_sysex(message);
    }
    const std::size_t length = midi_length(message[0]);
    if (length == 0) {
        return midi_error::undefined_status;
    }
    if (message.size() != length) {
        return midi_error::wrong_length;
    }
    return is_seven_bit(message.subspan(1)) ? midi_error::none : midi_error::bad_byte;
}

sysex_part sysex_part_of(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.empty()) {
        return sysex_part::none;
    }
    const bool is_first = bytes.front() == 0xF0;
    const bool is_last = bytes.back() == 0xF7;
    const std::size_t inside = bytes.size() - (is_first ? 1 : 0) - (is_last ? 1 : 0);
    if ((is_first && (is_last || inside == 0)) ||
        !is_seven_bit(bytes.subspan(is_first ? 1 : 0, inside))) {
        return sysex_part::none;
    }
    return is_first ? sysex_part::first : is_last ? sysex_part::last : sysex_part::more;
}

} // namespace tactus::codec
