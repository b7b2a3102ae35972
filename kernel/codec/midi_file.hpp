// SPDX-License-Identifier: MIT
// A Standard MIDI File, formats 0 and 1: its messages, each at its time, by the tempo map of the
// file. Called by `tactus replay`.
//
//   file   := "MThd" u32(6..) u16(format) u16(tracks) u16(division) byte* chunk*
//   chunk  := "MTrk" u32(size) event* | id u32(size) byte*     others than tracks are skipped
//   event  := number(delta) (channel | sysex | meta)
//   channel := [status] byte*           without a status: that of the channel message before it
//   sysex  := F0 number(size) byte* | F7 number(size) byte*    F7: goes on, or any bytes at all
//   meta   := FF byte(type) number(size) byte*         51: tempo; 2F: the track ends
//   number := 1 to 4 bytes, 7 bits each, bit 7 set in all but the last
//   division := ticks of a quarter note | FPS, negative, and ticks of a frame
//
// Source: Standard MIDI Files 1.0 (RP-001).
#pragma once

#include "kernel/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::codec {

inline constexpr std::size_t midi_file_events_max = 4'000'000;
inline constexpr std::int64_t midi_file_length_max_ns = 7 * std::int64_t{86'400'000'000'000};

struct midi_file_event {
    std::int64_t at_ns = 0;          // since the beginning
    std::vector<std::uint8_t> bytes; // one message that midi_check accepts
};

struct midi_file {
    std::vector<midi_file_event> events; // in order of time; at one moment, in that of the tracks
    std::int64_t length_ns = 0;          // to the end of the longest track
    std::size_t skipped = 0;             // pieces of bytes that are no whole message
    std::uint32_t tracks = 0;            // that are there
    std::uint32_t tracks_missing = 0;    // that the header names beyond these
};

// Errors: invalid (the text says what is wrong at which byte, and what was expected), limit.
[[nodiscard]] result<midi_file> read_midi_file(std::span<const std::uint8_t> bytes);

} // namespace tactus::codec
