// SPDX-License-Identifier: MIT
// `as` that makes MIDI: turns any event into a message of the kind given by `form`; or, without a
// form, changes some fields of a MIDI message and keeps the rest. Its output passes midi_check.
// Compiled by config, run by message_writer.
//
// A MIDI note made into a note keeps its kind: on, off or key pressure; what changes the note-on
// therefore changes its note-off too. A velocity of 0 makes a note-off.
#pragma once

#include "kernel/flow/route/translate/made_event.hpp"

#include <optional>
#include <span>
#include <vector>

namespace tactus::flow {

struct midi_maker {
    enum class form : std::uint8_t {
        change, // changes only what is set below
        note,
        key_pressure,
        cc,
        program,
        bend,
        pressure,
        raw,
    };
    static constexpr std::int64_t length_min_ns = 1'000'000; // of a note; shorter ones are raised
    static constexpr std::int64_t length_max_ns = 3'600'000'000'000;
    static constexpr std::size_t raw_max = 256; // expressions

    form makes = form::change;
    std::optional<expression> channel; // 1 to 16; default: the message's own, else 1
    std::optional<expression> note;
    std::optional<expression> velocity;  // of note-ons; default: the message's own, else 100
    std::optional<expression> transpose; // semitones; form::change only
    std::optional<expression> controller;
    std::optional<expression> value;  // of cc, program, bend and both kinds of pressure
    std::optional<expression> length; // seconds
    std::vector<expression> raw;      // bytes; blobs are copied

    // Bounds: `out` of TACTUS_EVENT_SIZE_MAX bytes is enough; the fields that `makes` needs are
    // set.
    [[nodiscard]] made_event make(const event_scope& from,
                                  std::span<std::uint8_t> out) const noexcept;
};

} // namespace tactus::flow
