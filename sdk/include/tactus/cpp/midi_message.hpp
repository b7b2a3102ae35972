// SPDX-License-Identifier: MIT
// Checks whether bytes are one complete MIDI 1.0 message, so that an input can report to its sender
// why they are not. The kernel has its own check. Threads: any.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <tactus/cpp/midi_stream.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace tactus {
inline namespace v0_1 {

/// Source: MIDI 1.0 Detailed Specification, tables 1 and 5 to 7. No undefined status bytes.
[[nodiscard]] inline bool is_midi_message(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.empty()) {
        return false;
    }
    const bool is_sysex = bytes.front() == 0xF0;
    const bool is_whole = is_sysex ? bytes.size() >= 2 && bytes.back() == 0xF7
                                   : bytes.size() == midi_length(bytes.front());
    const auto inner = bytes.subspan(1, bytes.size() - (is_sysex && is_whole ? 2 : 1));
    return is_whole &&
           std::all_of(inner.begin(), inner.end(), [](std::uint8_t byte) { return byte < 0x80; });
}

} // namespace v0_1
} // namespace tactus
