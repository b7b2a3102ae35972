// SPDX-License-Identifier: MIT
// What sounds at one MIDI port: the notes that were switched on and not yet off, one bit for each
// of 16 channels x 128 notes, and the pedals that hold notes on. It is what "no stuck note" rests
// on. Where a worker sends, what is being ended is in doubt until the worker has said so: if the
// worker is lost, it still sounds. Threads: loop.
#pragma once

#include "kernel/codec/midi.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

class sounding {
public:
    // Whether a message begins or ends what sounds. CC 120 (all sound off) and CC 123 (all notes
    // off) silence their channel. Source: MIDI 1.0, table 3a.
    [[nodiscard]] static bool heeds(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        return midi.is_note_on() || midi.is_note_off() || ends_channel(message) ||
               pedal_of(message) < pedals.size();
    }

    // Follows one complete message that goes to the device.
    void follow(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        if (midi.is_note_on()) {
            now_.notes.set(index(midi));
        } else if (midi.is_note_off()) {
            now_.notes.reset(index(midi));
        } else if (ends_channel(message)) {
            clear_channel(midi.status() & 0x0F);
        } else if (const std::size_t pedal = pedal_of(message); pedal < pedals.size()) {
            const std::size_t channel = midi.status() & 0x0FU;
            now_.pedals.set(channel * pedals.size() + pedal, message[2] > 0); // half a pedal holds
        }
    }

    // The same for a message that is on its way: what it ends is in doubt until settle().
    void follow_to_worker(std::span<const std::uint8_t> message) noexcept {
        const state before = now_;
        follow(message);
        in_doubt_.notes |= before.notes & ~now_.notes;
        in_doubt_.pedals |= before.pedals & ~now_.pedals;
    }
    // All that was on its way has arrived, or some of it may not have.
    void settle(bool all_arrived) noexcept {
        if (!all_arrived) {
            now_.notes |= in_doubt_.notes;
            now_.pedals |= in_doubt_.pedals;
        }
        in_doubt_ = {};
    }

    // Of notes.
    [[nodiscard]] std::size_t count() const noexcept { return now_.notes.count(); }
    // How many messages end it all: of each note, and of each pedal.
    [[nodiscard]] std::size_t to_end() const noexcept {
        return now_.notes.count() + now_.pedals.count();
    }
    [[nodiscard]] bool has_doubt() const noexcept {
        return in_doubt_.notes.any() || in_doubt_.pedals.any();
    }

    // Calls visit(channel 0-15, note 0-127) for each sounding note.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (std::size_t i = 0; i < now_.notes.size(); ++i) {
            if (now_.notes[i]) {
                visit(static_cast<std::uint8_t>(i / notes), static_cast<std::uint8_t>(i % notes));
            }
        }
    }
    // Calls visit(channel 0-15, controller) for each pedal that is down.
    template <class Visitor>
    void for_each_pedal(Visitor&& visit) const {
        for (std::size_t i = 0; i < now_.pedals.size(); ++i) {
            if (now_.pedals[i]) {
                visit(static_cast<std::uint8_t>(i / pedals.size()), pedals[i % pedals.size()]);
            }
        }
    }

private:
    static constexpr std::size_t channels = 16;
    static constexpr std::size_t notes = 128;
    // Controllers that hold notes after their note-off: damper, sostenuto, hold 2. Source: MIDI
    // 1.0, table 3.
    static constexpr std::array<std::uint8_t, 3> pedals = {64, 66, 69};

    struct state {
        std::bitset<channels * sounding::notes> notes;
        std::bitset<channels * sounding::pedals.size()> pedals;
    };

    static bool ends_channel(std::span<const std::uint8_t> message) noexcept {
        return (message[0] & 0xF0) == 0xB0 && (message[1] == 120 || message[1] == 123);
    }
    // Which of `pedals`; its size where the message moves none.
    static std::size_t pedal_of(std::span<const std::uint8_t> message) noexcept {
        std::size_t at = 0;
        while (at < pedals.size() && ((message[0] & 0xF0) != 0xB0 || message[1] != pedals[at])) {
            ++at;
        }
        return at;
    }
    static std::size_t index(const codec::midi_view& midi) noexcept {
        return (midi.status() & 0x0FU) * notes + midi.note();
    }
    void clear_channel(int channel) noexcept {
        for (std::size_t i = 0; i < notes; ++i) {
            now_.notes.reset(static_cast<std::size_t>(channel) * notes + i);
        }
    }

    state now_;
    state in_doubt_;
};

} // namespace tactus::flow
