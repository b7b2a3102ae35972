// SPDX-License-Identifier: MIT
// Called when an output on the loop takes none of the events that are due. Owner: its instance; the
// sink borrows it. Threads: loop.
#pragma once

#include <cstdint>
#include <functional>

namespace tactus::host {

struct stall_callback {
    std::int64_t limit_ns = 0; // how long it must have been full; 0: off
    // Called from a timer. refused_ns: when it last reported that it has no room.
    std::function<void(std::int64_t refused_ns)> takes_nothing = {};
};

} // namespace tactus::host
