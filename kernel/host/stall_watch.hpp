// SPDX-License-Identifier: MIT
// Who is told that an output on the loop takes nothing of what is due. Owner: its instance; the
// sink borrows it. Threads: loop.
#pragma once

#include <cstdint>
#include <functional>

namespace tactus::host {

struct stall_watch {
    std::int64_t limit_ns = 0;                // so long it was full; 0: nobody is told
    std::function<void()> takes_nothing = {}; // in a timer's turn
};

} // namespace tactus::host
