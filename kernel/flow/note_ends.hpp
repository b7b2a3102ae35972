// SPDX-License-Identifier: MIT
// When the notes of one MIDI port end that end by themselves (`for` in a route): the note-off of a
// note is wanted only as long as nothing else has ended the note or begun it anew. Kept by the
// dispatcher as it hands notes over. Threads: loop.
#pragma once

#include "kernel/codec/midi.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

class note_ends {
public:
    static constexpr std::size_t keys = 16 * 128;

    // Which note of which channel; keys where the message is no note-on or note-off.
    [[nodiscard]] static std::size_t key_of(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        return midi.is_note_on() || midi.is_note_off()
                   ? (midi.status() & 0x0FU) * 128U + midi.note()
                   : keys;
    }

    // A note-on that was handed over ends at ends_ns (0: not by itself); a note-off: 0.
    void follow(std::size_t key, std::int64_t ends_ns) noexcept { ends_ns_[key] = ends_ns; }
    // 0: it does not sound, or does not end by itself.
    [[nodiscard]] std::int64_t of(std::size_t key) const noexcept { return ends_ns_[key]; }

private:
    std::array<std::int64_t, keys> ends_ns_{};
};

} // namespace tactus::flow
