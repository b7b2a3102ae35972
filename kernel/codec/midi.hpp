// SPDX-License-Identifier: MIT
// MIDI 1.0 messages as events carry them: one complete message, status byte first. Checks and views
// only; inputs parse byte streams (tactus/cpp/midi_stream.hpp). Called by flow's ingress and by
// translation.
//
//   message := channel | system | real-time | sysex     (b: a 7-bit byte, 00 to 7F)
//   channel := 80..BF b b | C0..DF b | E0..EF b b
//   system  := F1 b | F2 b b | F3 b | F6
//   real-time := F8 | FA | FB | FC | FE | FF
//   sysex   := F0 b* F7                   F4 F5 F9 FD are undefined
//
// Source: MIDI 1.0 Detailed Specification 4.2.1, tables 1 to 5.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <tactus/cpp/midi_stream.hpp>
#include <tactus/event.h>

namespace tactus::codec {

using tactus::midi_length;

inline constexpr std::size_t midi_size_max = TACTUS_SYSEX_SIZE_MAX; // bytes; only SysEx reaches it

enum class midi_error : std::uint8_t {
    none,
    no_status,        // empty, or the first byte is a data byte (running status is for streams)
    undefined_status, // F4 F5 F9 FD, or F7 as the first byte
    wrong_length,     // too short or too long for its status; SysEx without F7
    bad_byte,         // a byte above 7F after the status
    too_large,        // SysEx above midi_size_max
};

[[nodiscard]] midi_error midi_check(std::span<const std::uint8_t> message) noexcept;

// The first of several consecutive messages. Bounds: each passes midi_check; a SysEx is alone.
[[nodiscard]] inline std::span<const std::uint8_t>
midi_front(std::span<const std::uint8_t> messages) noexcept {
    const std::size_t length = midi_length(messages[0]);
    return length == 0 ? messages : messages.first(length);
}

// Clock, start, stop and similar: one byte, allowed between any two other bytes.
[[nodiscard]] constexpr bool is_real_time(std::uint8_t status) noexcept {
    return status >= 0xF8;
}

// Which part of a SysEx sent in parts this is (TACTUS_EVENT_SYSEX_PART):
//   first := F0 b+      more := b+      last := b* F7
enum class sysex_part : std::uint8_t { none, first, more, last };
[[nodiscard]] sysex_part sysex_part_of(std::span<const std::uint8_t> bytes) noexcept;

// Read access to a message. Bounds: only what midi_check accepts.
struct midi_view {
    std::span<const std::uint8_t> bytes;

    [[nodiscard]] std::uint8_t status() const noexcept { return bytes[0]; }
    [[nodiscard]] bool is_channel_message() const noexcept { return status() < 0xF0; }
    // 1 to 16; 0 if the message has no channel.
    [[nodiscard]] std::uint8_t channel() const noexcept {
        const int number = (status() & 0x0F) + 1;
        return static_cast<std::uint8_t>(is_channel_message() ? number : 0);
    }
    [[nodiscard]] bool is_note_on() const noexcept {
        return (status() & 0xF0) == 0x90 && velocity() > 0;
    }
    [[nodiscard]] bool is_note_off() const noexcept { // note-on with velocity 0 included
        return (status() & 0xF0) == 0x80 || ((status() & 0xF0) == 0x90 && velocity() == 0);
    }
    [[nodiscard]] bool is_sysex() const noexcept { return status() == 0xF0; }
    // Bounds: only where is_note_on() or is_note_off().
    [[nodiscard]] std::uint8_t note() const noexcept { return bytes[1]; }
    [[nodiscard]] std::uint8_t velocity() const noexcept { return bytes[2]; }
};

// Bounds: channel 0 to 15, note 0 to 127.
[[nodiscard]] constexpr std::array<std::uint8_t, 3> note_off(std::uint8_t channel,
                                                             std::uint8_t note) noexcept {
    constexpr std::uint8_t release_velocity = 64; // the middle: "no velocity sensed"
    return {static_cast<std::uint8_t>(0x80 | channel), note, release_velocity};
}

} // namespace tactus::codec
