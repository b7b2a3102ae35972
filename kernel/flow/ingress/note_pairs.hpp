// SPDX-License-Identifier: MIT
// Sees to it that what ends a note is not due before the note, whatever a sender's clock does: a
// note-off that comes after its note-on and has an earlier time tag would leave the note sounding
// for ever; so would the end of a pedal (CC 64, 66, 69). Knows OSC by the names of
// codec/osc_to_midi.hpp. Packets of a network may pass one another: where two notes of one key wait
// for their ends, the first note-off is the earlier one's, and stays where it is.
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
    // When the message is due that was to be due then: not before what it ends. Each message once,
    // in the order in which they came.
    [[nodiscard]] std::int64_t place(const codec::osc_message& message,
                                     std::int64_t due_ns) noexcept;

private:
    static constexpr std::size_t channels = 16;
    static constexpr std::size_t notes = 128;
    static constexpr std::size_t pedals = 3;
    static constexpr std::size_t keys = channels * (notes + pedals);

    // A note of a channel, or a pedal.
    struct key_state {
        std::int64_t begins_ns = 0; // the latest that is open; of a pedal, of all
        std::uint32_t open = 0;     // notes that have had no end: 0, 1, or 2 and more
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
