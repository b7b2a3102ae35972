// SPDX-License-Identifier: MIT
// Whether bytes are one complete MIDI 1.0 message, so that its sender can be told at once when they
// are not. The kernel checks by itself.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace stream_in {

/// Source: MIDI 1.0 Detailed Specification, table 1 and 5 to 7. Undefined status bytes are none.
[[nodiscard]] inline bool is_midi_message(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.empty() || bytes[0] < 0x80) {
        return false;
    }
    const auto is_data = [](std::uint8_t byte) { return byte < 0x80; };
    if (bytes[0] == 0xF0) {
        return bytes.size() >= 2 && bytes.back() == 0xF7 &&
               std::all_of(bytes.begin() + 1, bytes.end() - 1, is_data);
    }
    constexpr std::array<std::uint8_t, 7> of_channel{3, 3, 3, 3, 2, 2, 3};    // 8x to Ex
    constexpr std::array<std::uint8_t, 16> of_system{0, 2, 3, 2, 0, 0, 1, 0,  // F0 to F7
                                                     1, 0, 1, 1, 1, 0, 1, 1}; // F8 to FF
    const std::size_t size =
        bytes[0] < 0xF0 ? of_channel[(bytes[0] >> 4) - 8u] : of_system[bytes[0] & 0x0Fu];
    return bytes.size() == size && std::all_of(bytes.begin() + 1, bytes.end(), is_data);
}

} // namespace stream_in
