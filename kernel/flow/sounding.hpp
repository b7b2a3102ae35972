// SPDX-License-Identifier: MIT
// The notes of one MIDI port that were switched on and not yet off: one bit for each of 16 channels
// x 128 notes. It is what "no stuck note" rests on. Where a worker sends, a note that is being
// switched off is in doubt until the worker has said so: if the worker is lost, it still sounds.
// Threads: loop.
#pragma once

#include "kernel/codec/midi.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

class sounding {
public:
    // Whether a message begins or ends notes. CC 120 (all sound off) and CC 123 (all notes off)
    // silence their channel. Source: MIDI 1.0, table 3a.
    [[nodiscard]] static bool heeds(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        return midi.is_note_on() || midi.is_note_off() || ends_channel(message);
    }

    // Follows one complete message that goes to the device.
    void follow(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        if (midi.is_note_on()) {
            notes_.set(index(midi));
        } else if (midi.is_note_off()) {
            notes_.reset(index(midi));
        } else if (ends_channel(message)) {
            clear_channel(midi.status() & 0x0F);
        }
    }

    // The same for a message that is on its way: what it ends is in doubt until settle().
    void follow_to_worker(std::span<const std::uint8_t> message) noexcept {
        const std::bitset<channels* notes> before = notes_;
        follow(message);
        in_doubt_ |= before & ~notes_;
    }
    // All that was on its way has arrived, or some of it may not have.
    void settle(bool all_arrived) noexcept {
        if (!all_arrived) {
            notes_ |= in_doubt_;
        }
        in_doubt_.reset();
    }

    [[nodiscard]] std::size_t count() const noexcept { return notes_.count(); }

    // Calls visit(channel 0-15, note 0-127) for each sounding note.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (std::size_t i = 0; i < notes_.size(); ++i) {
            if (notes_[i]) {
                visit(static_cast<std::uint8_t>(i / notes), static_cast<std::uint8_t>(i % notes));
            }
        }
    }

private:
    static constexpr std::size_t channels = 16;
    static constexpr std::size_t notes = 128;

    static bool ends_channel(std::span<const std::uint8_t> message) noexcept {
        return (message[0] & 0xF0) == 0xB0 && (message[1] == 120 || message[1] == 123);
    }
    static std::size_t index(const codec::midi_view& midi) noexcept {
        return (midi.status() & 0x0FU) * notes + midi.note();
    }
    void clear_channel(int channel) noexcept {
        for (std::size_t i = 0; i < notes; ++i) {
            notes_.reset(static_cast<std::size_t>(channel) * notes + i);
        }
    }

    std::bitset<channels * notes> notes_;
    std::bitset<channels * notes> in_doubt_;
};

} // namespace tactus::flow
