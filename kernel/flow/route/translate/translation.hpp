// SPDX-License-Identifier: MIT
// A compiled `as`: what a route makes of an event before sending it to its outputs. Copied with its
// route; immutable, so all events of the route share it.
#pragma once

#include "kernel/flow/route/translate/midi_maker.hpp"
#include "kernel/flow/route/translate/osc_maker.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace tactus::flow {

struct translation {
    std::variant<midi_maker, osc_maker> maker;

    [[nodiscard]] bool makes_midi() const noexcept {
        return std::holds_alternative<midi_maker>(maker);
    }
    [[nodiscard]] std::uint8_t protocol() const noexcept;
    [[nodiscard]] made_event make(const event_scope& from,
                                  std::span<std::uint8_t> out) const noexcept {
        return makes_midi() ? std::get_if<midi_maker>(&maker)->make(from, out)
                            : std::get_if<osc_maker>(&maker)->make(from, out);
    }
    // Whether one event may become two deliveries: a note-on, and later its note-off.
    [[nodiscard]] bool has_length() const noexcept {
        return makes_midi() && std::get_if<midi_maker>(&maker)->length.has_value();
    }
    // The highest n of its $*n; 0 if there is none.
    [[nodiscard]] std::uint16_t captures() const noexcept;
    // Variables that are looked up for each event.
    [[nodiscard]] std::size_t lookups() const noexcept;
};

// "velocity: the message has no $2": in one line, for the log. Allocates; not for each event.
[[nodiscard]] std::string text_of(const made_event& failed);

} // namespace tactus::flow
