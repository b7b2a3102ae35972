// SPDX-License-Identifier: MIT
// Ensures that the end of a note is not due before the note, whatever a sender's clock does: a
// note-off that comes after its note-on with an earlier time tag would leave the note sounding for
// ever; so would the end of a pedal (CC 64, 66, 69). Recognizes OSC by the names of
// codec/osc_to_midi.hpp. Network packets may overtake each other: if two notes of one key wait for
// their ends, the first note-off belongs to the earlier note, and is not moved.
// Threads: loop.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

class note_pairs {
public:
    // The due time of a message that was to be due at `due_ns`: not before what it ends. Call it
    // once for each message, in order of arrival.
    [[nodiscard]] std::int64_t place(const codec::osc_message& message,
                                     std::int64_t due_ns) noexcept;

private:
    static constexpr std::size_t channels = 16;
    static constexpr std::size_t notes = 128;
    static constexpr std::size_t pedals = 3;
    static constexpr std::size_t keys = channels * (notes + pedals);

    // A note of a channel, or a pedal.
    struct key_state {
        std::int64_t begins_ns = 0; // the latest open one; for a pedal, the latest of all
        std::uint32_t open = 0;     // notes without an end yet: 0, 1, or 2 and more
    };

    struct step {
        std::size_t key = keys; // none: it neither begins nor ends anything
        bool begins = false;
    };
    [[nodiscard]] static std::int64_t place_note(key_state& state, bool begins,
                                                 std::int64_t due_ns) noexcept;
    [[nodiscard]] static std::int64_t place_pedal(key_state& state, bool begins,
                                                  std::int64_t due_ns) noexcept;
    [[nodiscard]] static step step_of(std::span<const std::uint8_t> midi) noexcept;

    std::array<key_state, keys> states_{};
};

} // namespace tactus::flow
