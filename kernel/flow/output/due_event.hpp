// SPDX-License-Identifier: MIT
// A waiting event as its sink gets it, and what it begins or ends there. Threads: loop.
#pragma once

#include "kernel/flow/output/output.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <tactus/event.h>

#include <cstdint>
#include <span>

namespace tactus::flow {

// A view of the entry's cell. Bounds: the caller holds the entry.
[[nodiscard]] inline tactus_event event_of(const timed_queue& queue, const output& to,
                                           const due_entry& entry) noexcept {
    const event_cell& cell = queue.events().cell(entry.slot);
    const std::span<const std::byte> bytes = queue.events().bytes(entry.slot);
    tactus_event event{};
    event.due_ns = entry.due_ns;
    event.received_ns = queue.arrival_ns(entry.slot);
    event.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.port = cell.port != port_table::none ? cell.port : to.ports.first();
    event.tag = cell.tag;
    event.protocol = cell.protocol;
    static_assert(event_cell::is_part << 1 == TACTUS_EVENT_SYSEX_PART);
    event.flags = static_cast<std::uint16_t>(
        (cell.flags & static_cast<std::uint8_t>(~event_cell::own_flags)) |
        (cell.flags & event_cell::is_part) << 1);
    return event;
}

[[nodiscard]] inline std::span<const std::uint8_t> message_of(const tactus_event& event) noexcept {
    return {event.bytes, event.size};
}

// Whether it is MIDI, or MIDI written as OSC: only that begins or ends anything.
[[nodiscard]] inline bool is_midi(const event_cell& cell) noexcept {
    return cell.protocol == TACTUS_PROTO_MIDI || (cell.flags & event_cell::is_written_note) != 0;
}

// Allocates for a port's first. Bounds: is_midi(cell), of which `event` is the view; the caller
// holds the cell's entry in `queue`.
[[nodiscard]] note_change change_of(const timed_queue& queue, output& to, const tactus_event& event,
                                    const event_cell& cell) noexcept;
// Whether it ends something, or would if that were sounding.
[[nodiscard]] bool is_end(const tactus_event& event, const event_cell& cell) noexcept;

} // namespace tactus::flow
