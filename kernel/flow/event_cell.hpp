// SPDX-License-Identifier: MIT
// One pending delivery: an event for one output, in two cache lines. MIDI and OSC messages of the
// usual size are stored in the cell itself; longer ones in a payload_block that several cells may
// share. The due time is not here but in the key by which due_heap sorts the cell. Owned by
// cell_store.
#pragma once

#include <tactus/event.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tactus::flow {

// Used as the input number if the kernel made the event itself.
inline constexpr std::uint16_t no_input = 0xFFFF;
// Used as the id of the route if there is none: of what the kernel makes itself, of what an
// operator sends, and of the later parts of a SysEx.
inline constexpr std::uint16_t unknown_route = 0x7FFF;

struct alignas(64) event_cell {
    static constexpr std::size_t inline_max = 98; // bytes
    // In `flags`, never shown to outputs: a note that ends by itself, or the note-off that ends it.
    // The end time is in the last bytes of the payload, which such a message leaves free.
    static constexpr std::uint8_t has_end = 0x80;

    std::int64_t arrival_ns;  // since the queue's epoch
    std::uint32_t tag;        // cancel group as the input named it; 0 = none
    std::uint32_t group;      // index of that tag in cancel_groups; in an unused cell: the next one
    std::uint32_t port;       // of the output
    std::uint32_t size : 17;  // of the payload, bytes; above TACTUS_EVENT_SIZE_MAX: it is free
    std::uint32_t route : 15; // its id, or unknown_route
    std::uint16_t output;
    std::uint8_t protocol; // TACTUS_PROTO_*
    std::uint8_t flags;    // TACTUS_EVENT_*
    std::uint16_t input;   // the emitting input, or no_input
    // The payload; if it is longer than this, the address of its payload_block.
    std::byte payload[inline_max];

    // Also in `flags`: MIDI that was written as OSC, and that begins or ends notes.
    static constexpr std::uint8_t is_written_note = 0x20;

    // Also in `flags`: whether the event is sent is decided when it is due (event_judge.hpp). Its
    // ticket is in the last bytes of the payload, before the end time.
    static constexpr std::uint8_t has_ticket = 0x40;
    // Also in `flags`: a MIDI real-time message (F8 to FF). Receivers count these, so none is
    // cancelled while the daemon runs.
    static constexpr std::uint8_t is_real_time = 0x10;
    // Also in `flags`: the memory of its cancel group is charged to this cell.
    static constexpr std::uint8_t pays_group = 0x08;
    // Also in `flags`: a part of a SysEx. Outputs see it as TACTUS_EVENT_SYSEX_PART, whose bit
    // pays_group uses here.
    static constexpr std::uint8_t is_part = 0x04;
    static constexpr std::uint8_t own_flags =
        has_end | is_written_note | has_ticket | is_real_time | pays_group | is_part;
    static constexpr std::size_t ticket_size = sizeof(std::uint32_t);
    // The part of the cell that a payload of this size takes, with a ticket if it has one. Above
    // inline_max, the payload is in a block.
    [[nodiscard]] static constexpr std::size_t taken_by(std::size_t size,
                                                        bool with_ticket) noexcept {
        return size <= inline_max && with_ticket ? size + ticket_size : size;
    }
    // Bounds: of a cell whose flags contain, or are about to contain, has_ticket.
    [[nodiscard]] std::uint32_t ticket() const noexcept {
        std::uint32_t number = 0;
        std::memcpy(&number, payload + ticket_at(), ticket_size);
        return number;
    }
    void set_ticket(std::uint32_t number) noexcept {
        std::memcpy(payload + ticket_at(), &number, ticket_size);
    }
    [[nodiscard]] std::size_t ticket_at() const noexcept {
        return inline_max - ticket_size - ((flags & has_end) != 0 ? sizeof(std::int64_t) : 0);
    }

    // Bounds: of a cell whose flags contain, or are about to contain, has_end.
    [[nodiscard]] std::int64_t ends_ns() const noexcept {
        std::int64_t at_ns = 0;
        std::memcpy(&at_ns, payload + inline_max - sizeof at_ns, sizeof at_ns);
        return at_ns;
    }
    void set_ends_ns(std::int64_t at_ns) noexcept {
        std::memcpy(payload + inline_max - sizeof at_ns, &at_ns, sizeof at_ns);
    }
};

static_assert(sizeof(event_cell) == 128);
static_assert(TACTUS_EVENT_SIZE_MAX < (1U << 17) - 1); // the largest size marks free cells
// Of an event's flags, cells keep these two. The others are read before there is a cell
// (TACTUS_EVENT_NO_SYSEX), or have a bit of the cell's own (TACTUS_EVENT_SYSEX_PART).
static_assert((event_cell::own_flags & (TACTUS_EVENT_CRITICAL | TACTUS_EVENT_TIMED)) == 0);
static_assert(event_cell::has_end + event_cell::is_written_note + event_cell::has_ticket +
                  event_cell::is_real_time + event_cell::pays_group + event_cell::is_part ==
              event_cell::own_flags); // none shares a bit with another

} // namespace tactus::flow
