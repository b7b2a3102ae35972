// SPDX-License-Identifier: MIT
// Observes events as they are handed over: the live view of `tactus run --show`. It sees what
// outputs accepted, not what was dropped; the ledgers count that.
#pragma once

#include <tactus/event.h>

#include <cstdint>

namespace tactus::flow {

struct output;

// One event that an output has just accepted; views are valid during the call.
struct handed_over {
    const flow::output& to;
    const tactus_event& event; // due_ns: when it is to sound, whatever lead the output asked for
    std::uint16_t input;       // the emitting input; no_input for the kernel's own note-offs
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
