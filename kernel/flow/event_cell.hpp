// SPDX-License-Identifier: MIT
// One pending delivery: an event for one output, in two cache lines. MIDI and OSC messages of the
// usual size lie in the cell itself; longer ones in a payload_block that several cells may share.
// Its due time is not here but in the key by which due_heap sorts it. Owned by cell_store.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tactus::flow {

// In place of an input's number: the kernel made the event by itself.
inline constexpr std::uint16_t no_input = 0xFFFF;

struct alignas(64) event_cell {
    static constexpr std::size_t inline_max = 98; // bytes

    std::int64_t arrival_ns; // host clock
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
};

static_assert(sizeof(event_cell) == 128);

} // namespace tactus::flow
