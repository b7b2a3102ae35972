// SPDX-License-Identifier: MIT
// `match` of a route, without the address, which the router handles: the kind of an event, its
// channel, note, controller and arguments. Everything set must match. Compiled by config, run by
// the fan-out. A condition that cannot be computed, e.g. for a missing argument, does not match.
#pragma once

#include "kernel/flow/route/translate/expression.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tactus::flow {

// Kinds of events, as bits; `note` and `midi` combine several.
enum event_kind : std::uint32_t {
    kind_osc = 1U << 0U,
    kind_note_on = 1U << 1U,
    kind_note_off = 1U << 2U,
    kind_key_pressure = 1U << 3U,
    kind_cc = 1U << 4U,
    kind_program = 1U << 5U,
    kind_pressure = 1U << 6U,
    kind_bend = 1U << 7U,
    kind_sysex = 1U << 8U,
    kind_clock = 1U << 9U,   // clock, start, continue, stop
    kind_system = 1U << 10U, // all other MIDI
    kind_note = kind_note_on | kind_note_off,
    kind_midi = (1U << 11U) - 2U,
};

struct kind_word {
    std::string_view word;
    std::uint32_t kinds;
};
// The values of `type`.
inline constexpr std::array<kind_word, 13> kind_words{{
    {"osc", kind_osc},
    {"midi", kind_midi},
    {"note", kind_note},
    {"note_on", kind_note_on},
    {"note_off", kind_note_off},
    {"key_pressure", kind_key_pressure},
    {"cc", kind_cc},
    {"program", kind_program},
    {"pressure", kind_pressure},
    {"bend", kind_bend},
    {"sysex", kind_sysex},
    {"clock", kind_clock},
    {"system", kind_system},
}};

// A single number is a range too. Both ends are included.
struct number_range {
    double low = 0;
    double high = 0;
};

struct event_filter {
    std::uint32_t kinds = 0;             // 0: any
    std::optional<number_range> channel; // of MIDI messages, 1 to 16
    std::optional<number_range> note;    // of notes and key pressure
    std::optional<number_range> controller;
    std::vector<expression> conditions;

    [[nodiscard]] bool is_empty() const noexcept {
        return kinds == 0 && !channel && !note && !controller && conditions.empty();
    }
    [[nodiscard]] bool takes(const event_scope& event) const noexcept {
        return first_mismatch(event).what == mismatch::none;
    }

    enum class mismatch : std::uint8_t { none, kind, channel, note, controller, condition };
    struct finding {
        mismatch what = mismatch::none;
        std::size_t condition = 0; // which of the conditions
    };
    // The first part that does not match the event, in the order of this struct.
    [[nodiscard]] finding first_mismatch(const event_scope& event) const noexcept;
};

[[nodiscard]] std::uint32_t kind_of(const event_scope& event) noexcept;

} // namespace tactus::flow
