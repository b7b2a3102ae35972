// SPDX-License-Identifier: MIT
// Who is told that an output on the loop takes nothing of what is due. Owner: its instance; the
// sink borrows it. Threads: loop.
#pragma once

#include <cstdint>
#include <functional>

namespace tactus::host {

struct stall_watch {
    std::int64_t limit_ns = 0; // so long it was full; 0: nobody is told
    // In a timer's turn. refused_ns: when it said last that it has no room.
    std::function<void(std::int64_t refused_ns)> takes_nothing = {};
};

} // namespace tactus::host
