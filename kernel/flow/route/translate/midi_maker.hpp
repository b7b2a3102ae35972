// SPDX-License-Identifier: MIT
// `as` where it makes MIDI: from any event a message of the kind that `form` says; or, with no form
// of its own, a MIDI message that is changed here and there and else stays as it is. What it writes
// passes midi_check. Compiled by config, run by ingress.
//
// A MIDI note that is made into a note keeps its kind: on, off or key pressure; so whatever changes
// the note-on changes its note-off too. A velocity of 0 switches off.
#pragma once

#include "kernel/flow/route/translate/made_event.hpp"

#include <optional>
#include <span>
#include <vector>

namespace tactus::flow {

struct midi_maker {
    enum class form : std::uint8_t {
        change, // only what is set below is changed
        note,
        key_pressure,
        cc,
        program,
        bend,
        pressure,
        raw,
    };
    static constexpr std::int64_t length_min_ns = 1'000'000; // of a note; what is shorter gets it
    static constexpr std::int64_t length_max_ns = 3'600'000'000'000;
    static constexpr std::size_t raw_max = 256; // expressions

    form makes = form::change;
    std::optional<expression> channel; // 1 to 16; else the message's own, else 1
    std::optional<expression> note;
    std::optional<expression> velocity;  // of note-ons; else the message's own, else 100
    std::optional<expression> transpose; // semitones; form::change only
    std::optional<expression> controller;
    std::optional<expression> value;  // of cc, program, bend and both kinds of pressure
    std::optional<expression> length; // seconds
    std::vector<expression> raw;      // bytes; blobs are copied

    // Bounds: `out` of TACTUS_EVENT_SIZE_MAX bytes takes everything; `makes` has what it needs.
    [[nodiscard]] made_event make(const event_scope& from,
                                  std::span<std::uint8_t> out) const noexcept;
};

} // namespace tactus::flow
