// SPDX-License-Identifier: MIT
// The kind of a message, by its first byte. Bounds: not empty.
// Source: MIDI 1.0, tables 1 and 5.
#pragma once

#include <cstdint>
#include <span>

namespace midi {

/// A SysEx, or a part of one: no other message begins with a 7-bit byte, and only a SysEx has no
/// fixed length.
inline bool is_sysex(std::span<const std::uint8_t> bytes) noexcept {
    return bytes[0] < 0x80 || bytes[0] == 0xF0 || bytes[0] == 0xF7;
}

/// It may be sent anywhere, even between the parts of a SysEx.
inline bool is_real_time(std::span<const std::uint8_t> bytes) noexcept {
    return bytes.size() == 1 && bytes[0] >= 0xF8;
}

} // namespace midi
