// SPDX-License-Identifier: MIT
// One pending delivery: an event for one output, in two cache lines. MIDI and OSC messages of the
// usual size lie in the cell itself; longer ones in a payload_block that several cells may share.
// Its due time is not here but in the key by which due_heap sorts it. Owned by cell_store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tactus::flow {

// In place of an input's number: the kernel made the event by itself.
inline constexpr std::uint16_t no_input = 0xFFFF;

struct alignas(64) event_cell {
    static constexpr std::size_t inline_max = 98; // bytes
    // In `flags`, never shown to outputs: a note that ends by itself, or the note-off that ends it.
    // When it ends stands in the last bytes of the payload, which such a message leaves free.
    static constexpr std::uint8_t has_end = 0x80;

    std::int64_t arrival_ns; // since the queue's epoch
    std::uint32_t tag;       // cancel group as the input named it; 0 = none
    std::uint32_t group;     // index of that tag in cancel_groups; in an unused cell: the next one
    std::uint32_t port;      // of the output
    std::uint32_t size;      // of the payload, bytes
    std::uint16_t output;
    std::uint8_t protocol; // TACTUS_PROTO_*
    std::uint8_t flags;    // TACTUS_EVENT_*
    std::uint16_t input;   // who emitted it, or no_input
    // The payload; when it is longer than this, the address of its payload_block.
    std::byte payload[inline_max];

    // In `flags` too: MIDI that was written as OSC, and that begins or ends notes.
    static constexpr std::uint8_t is_written_note = 0x20;

    // In `flags` too, never together with has_end: it may be replaced while it waits
    // (rate_gate.hpp).
    static constexpr std::uint8_t has_ticket = 0x40;
    // In `flags` too: a MIDI real-time message (F8 to FF). A receiver counts them, so none is taken
    // back while the daemon runs.
    static constexpr std::uint8_t is_real_time = 0x10;
    // In `flags` too: the memory of its cancel group is counted with it.
    static constexpr std::uint8_t pays_group = 0x08;
    // In `flags` too: a part of a SysEx. Outputs see it as TACTUS_EVENT_SYSEX_PART, which has no
    // place here: pays_group has it.
    static constexpr std::uint8_t is_part = 0x04;
    static constexpr std::uint8_t own_flags =
        has_end | is_written_note | has_ticket | is_real_time | pays_group | is_part;
    static constexpr std::size_t ticket_size = sizeof(std::uint32_t);
    // Whether a payload of so many bytes leaves room for a ticket.
    [[nodiscard]] static bool takes_ticket(std::size_t size) noexcept {
        return size <= inline_max - ticket_size || size > inline_max;
    }
    // Bounds: of a cell with has_ticket, in whose flags it stands or is about to.
    [[nodiscard]] std::uint32_t ticket() const noexcept {
        std::uint32_t number = 0;
        std::memcpy(&number, payload + inline_max - ticket_size, ticket_size);
        return number;
    }
    void set_ticket(std::uint32_t number) noexcept {
        std::memcpy(payload + inline_max - ticket_size, &number, ticket_size);
    }

    // Bounds: of a cell with has_end, in whose flags it stands or is about to.
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

} // namespace tactus::flow
