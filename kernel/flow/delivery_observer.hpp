// SPDX-License-Identifier: MIT
// Somebody who looks on while events are handed over: the live view of `tactus run --show`. It sees
// what outputs took, not what was given up; the ledgers count that.
#pragma once

#include <tactus/event.h>

#include <cstdint>

namespace tactus::flow {

struct output;

// One event that an output has just taken; views valid during the call.
struct handed_over {
    const flow::output& to;
    const tactus_event& event; // due_ns: when it is to be heard, whatever lead the output asked for
    std::uint16_t input;       // who emitted it; no_input for the kernel's own note-offs
    std::int64_t now_ns;
};

class delivery_observer {
public:
    delivery_observer() = default;
    delivery_observer(const delivery_observer&) = delete;
    delivery_observer& operator=(const delivery_observer&) = delete;
    virtual ~delivery_observer() = default;

    // On the hot path: must not block, nor call back into the flow. Threads: loop.
    virtual void saw(const handed_over& what) noexcept = 0;
};

} // namespace tactus::flow
