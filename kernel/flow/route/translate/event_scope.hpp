// SPDX-License-Identifier: MIT
// The values of the variables of a route's expressions for one event. Variables are resolved as far
// as possible when the configuration is loaded: which source they need is known only then.
//
//   $1 $2 ...   an argument of an OSC message, by place
//   $name       the argument after the text "name" in a message of keys and values (/dirt/play),
//               among its first named_max;
//               of a MIDI message: $type $channel $note $velocity $cc $value $program $bend
//               $pressure
//   $*1 $*2     what the wildcards of the route's address matched, from left to right
//   $address    $input (its name)    $port (its source; else the one it asks for; else $input)
#pragma once

#include "kernel/codec/osc_captures.hpp"
#include "kernel/codec/osc_message.hpp"
#include "kernel/flow/route/translate/argument_index.hpp"
#include "kernel/flow/route/translate/value.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::flow {

enum class midi_field : std::uint8_t {
    none,
    type,
    channel,
    note,
    velocity,
    cc,
    value,
    program,
    bend,
    pressure,
    // Of any event.
    address,
    input,
    port,
};

struct variable {
    enum class kind : std::uint8_t { argument, name, capture };
    kind what = kind::argument;
    std::uint16_t number = 0;            // for argument and capture, counted from 1
    midi_field field = midi_field::none; // for a name
    std::string name;                    // without $

    [[nodiscard]] std::string text() const; // as written
    friend bool operator==(const variable&, const variable&) = default;
};

[[nodiscard]] midi_field field_of(std::string_view name) noexcept;

// How many arguments of a message are searched for a name, because each name is compared with each
// key.
inline constexpr std::size_t named_max = 1024;

struct event_scope {
    const codec::osc_message* osc = nullptr; // nullptr: MIDI
    std::span<const std::uint8_t> midi;      // one message that passes midi_check
    const codec::captures* captured = nullptr;
    argument_index* index = nullptr; // index of osc, if there is one
    std::string_view input;
    std::string_view port;

    // Returns the fault `missing` if the event has no such thing.
    [[nodiscard]] value of(const variable& wanted) const noexcept;
};

} // namespace tactus::flow
