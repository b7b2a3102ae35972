// SPDX-License-Identifier: MIT
// The cost of the calls into a plugin on the loop, over the life of an instance or of several.
#pragma once

#include <cstdint>

namespace tactus::host {

struct call_totals {
    std::uint64_t blocked = 0; // that held the loop up
    std::uint64_t calls = 0;   // ends of waits, posted calls, steps of its life; no send
    std::int64_t spent_ns = 0; // in them

    call_totals& operator+=(const call_totals& more) noexcept {
        blocked += more.blocked;
        calls += more.calls;
        spent_ns += more.spent_ns;
        return *this;
    }
    // The part after `earlier`, which is of the same calls.
    friend call_totals operator-(const call_totals& now, const call_totals& earlier) noexcept {
        return {now.blocked - earlier.blocked, now.calls - earlier.calls,
                now.spent_ns - earlier.spent_ns};
    }
};

} // namespace tactus::host
