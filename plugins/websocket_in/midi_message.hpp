// SPDX-License-Identifier: MIT
// Whether bytes are one complete MIDI 1.0 message, so that a page can be told why they are not. The
// kernel checks by itself.
#pragma once

#include <tactus/cpp/midi_stream.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace websocket_in {

/// Source: MIDI 1.0 Detailed Specification, tables 1 and 5 to 7. Undefined status bytes are none.
[[nodiscard]] inline bool is_midi_message(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.empty()) {
        return false;
    }
    const bool is_sysex = bytes.front() == 0xF0;
    const bool is_whole = is_sysex ? bytes.size() >= 2 && bytes.back() == 0xF7
                                   : bytes.size() == tactus::midi_length(bytes.front());
    const auto inner = bytes.subspan(1, bytes.size() - (is_sysex && is_whole ? 2 : 1));
    return is_whole && std::ranges::all_of(inner, [](std::uint8_t byte) { return byte < 0x80; });
}

} // namespace websocket_in
