// SPDX-License-Identifier: MIT
// The notes and pedals that sound at one MIDI port: the notes that were switched on and not yet
// off, and the pedals that hold notes on, one bit each. It follows the messages that the port took,
// in their order; "no stuck note" relies on it. Threads: one at a time.
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
    using message_bytes = std::array<std::uint8_t, 3>;

    // A place is one note of one channel, or one pedal of one channel; the notes come first.
    static constexpr std::size_t channels = 16;
    static constexpr std::size_t notes = channels * 128;
    // Controllers that hold notes after their note-off: damper, sostenuto, hold 2. Source: MIDI
    // 1.0, table 3.
    static constexpr std::array<std::uint8_t, 3> pedals = {64, 66, 69};
    static constexpr std::size_t places = notes + channels * pedals.size();

    // The effect of a message. CC 120 (all sound off) and CC 123 (all notes off) end the notes of
    // their channel. Source: MIDI 1.0, table 3a.
    enum class effect : std::uint8_t { none, begins, ends, ends_channel };

    // Bounds: a message that codec::midi_check accepts.
    [[nodiscard]] static effect effect_of(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        if (midi.is_note_on()) {
            return effect::begins;
        }
        if (midi.is_note_off()) {
            return effect::ends;
        }
        if ((message[0] & 0xF0) != 0xB0) {
            return effect::none;
        }
        if (message[1] == 120 || message[1] == 123) {
            return effect::ends_channel;
        }
        if (pedal_of(message[1]) == pedals.size()) {
            return effect::none;
        }
        return message[2] > 0 ? effect::begins : effect::ends; // half a pedal holds
    }
    // Whether it ends notes or a pedal. Bounds: as above.
    [[nodiscard]] static bool is_end(std::span<const std::uint8_t> message) noexcept {
        const effect does = effect_of(message);
        return does == effect::ends || does == effect::ends_channel;
    }
    // Bounds: a message that begins or ends.
    [[nodiscard]] static std::size_t place_of(std::span<const std::uint8_t> message) noexcept {
        const std::size_t channel = message[0] & 0x0FU;
        return (message[0] & 0xF0) == 0xB0 ? notes + channel * pedals.size() + pedal_of(message[1])
                                           : channel * 128 + message[1];
    }
    [[nodiscard]] static std::uint8_t channel_of(std::size_t place) noexcept {
        return static_cast<std::uint8_t>(place < notes ? place / 128
                                                       : (place - notes) / pedals.size());
    }
    // The message that ends the note or pedal of a place: a note-off, or a pedal up.
    [[nodiscard]] static message_bytes end_of(std::size_t place) noexcept {
        const std::uint8_t channel = channel_of(place);
        if (place < notes) {
            return codec::note_off(channel, static_cast<std::uint8_t>(place % 128));
        }
        return {static_cast<std::uint8_t>(0xB0 | channel), pedals[(place - notes) % pedals.size()],
                0};
    }

    // Follows one complete message that the device received.
    void follow(std::span<const std::uint8_t> message) noexcept {
        switch (effect_of(message)) {
        case effect::begins:
            begin(place_of(message));
            break;
        case effect::ends:
            end(place_of(message));
            break;
        case effect::ends_channel:
            end_notes_of(message[0] & 0x0FU);
            break;
        case effect::none:
            break;
        }
    }
    // Removes from `on` what the message ends. Bounds: as for effect_of.
    static void follow_end(std::span<const std::uint8_t> message,
                           std::bitset<places>& on) noexcept {
        sounding all;
        all.add(on);
        if (is_end(message)) {
            all.follow(message);
        }
        on = all.on_;
    }
    // As follow(), if the effect of the message is known.
    void begin(std::size_t place) noexcept { on_.set(place); }
    void end(std::size_t place) noexcept { on_.reset(place); }
    void end_notes_of(std::size_t channel) noexcept {
        for (std::size_t i = 0; i < 128; ++i) {
            on_.reset(channel * 128 + i);
        }
    }

    void add(const std::bitset<places>& begun) noexcept { on_ |= begun; }
    void remove(const std::bitset<places>& ended) noexcept { on_ &= ~ended; }

    [[nodiscard]] bool has(std::size_t place) const noexcept { return on_[place]; }
    // Counts notes only.
    [[nodiscard]] std::size_t count() const noexcept {
        static const places_set all_notes = (~places_set{}) >> (places - notes);
        return (on_ & all_notes).count();
    }
    // How many messages end everything: one for each note and pedal.
    [[nodiscard]] std::size_t to_end() const noexcept { return on_.count(); }

    // Calls visit(place) for each note and pedal that is on; notes come first.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (std::size_t i = on_._Find_first(); i < places; i = on_._Find_next(i)) {
            visit(i);
        }
    }

private:
    using places_set = std::bitset<places>;

    static std::size_t pedal_of(std::uint8_t controller) noexcept {
        std::size_t at = 0;
        while (at < pedals.size() && controller != pedals[at]) {
            ++at;
        }
        return at;
    }
    places_set on_;
};

} // namespace tactus::flow
