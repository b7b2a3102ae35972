// SPDX-License-Identifier: MIT
// Whether an event that waits would begin a note or lower a pedal. Pure.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/output/notes/sounding.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

// Of an event of the normal lane, where no end that is wanted waits: those are critical.
[[nodiscard]] inline bool begins_nothing(const event_cell& cell,
                                         std::span<const std::byte> payload) noexcept {
    if ((cell.flags & event_cell::is_written_note) != 0) {
        return false;
    }
    return cell.protocol != TACTUS_PROTO_MIDI ||
           sounding::effect_of({reinterpret_cast<const std::uint8_t*>(payload.data()),
                                payload.size()}) != sounding::effect::begins;
}

} // namespace tactus::flow
