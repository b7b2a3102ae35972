// SPDX-License-Identifier: MIT
// A message for one output, in that output's protocol, as ingress and the kernel itself give it to
// the enqueuer. While it waits, it is in an event cell.
#pragma once

#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/notes/note_owners.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::flow {

struct delivery {
    std::int64_t due_ns = 0;
    event_source source; // the enqueuer sets `room`
    origin from = origin::route;
    std::uint16_t own_route = note_owner::no_route; // id: that made it with `as`
    // The MIDI form if it begins or ends a note or a pedal, otherwise empty. Written as OSC if
    // written_for is set: under that name.
    std::span<const std::uint8_t> note{};
    std::string_view written_for{};
    // It is dropped as outdated where another sender holds what it ends, or that has ended.
    bool spares_others = false;
};

} // namespace tactus::flow
