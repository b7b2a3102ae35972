// SPDX-License-Identifier: MIT
// `as` that makes OSC: an address and a list of arguments. A part that is not set is kept: the
// address and all arguments of an OSC message; for a MIDI message those of codec/midi_to_osc. The
// OSC reader accepts its output. Compiled by config, run by message_writer.
#pragma once

#include "kernel/flow/route/translate/address_template.hpp"
#include "kernel/flow/route/translate/made_event.hpp"

#include <optional>
#include <span>
#include <vector>

namespace tactus::flow {

struct osc_maker {
    static constexpr std::size_t arguments_max = 32;

    // A computed argument, or all that the event had ("$@").
    struct argument {
        std::optional<expression> computed;
    };

    std::optional<address_template> address;
    std::optional<std::vector<argument>> arguments;

    // Bounds: `out` of TACTUS_EVENT_SIZE_MAX bytes is enough for any event.
    [[nodiscard]] made_event make(const event_scope& from,
                                  std::span<std::uint8_t> out) const noexcept;
};

} // namespace tactus::flow
