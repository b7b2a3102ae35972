// SPDX-License-Identifier: MIT
// The notes and pedals at the ports of an output that are up and that nothing on its way ends.
// Threads: loop.
#pragma once

#include "kernel/flow/output/output.hpp"
#include "kernel/flow/output/output_account.hpp"

#include <cstddef>

namespace tactus::flow {

[[nodiscard]] inline bool is_reached(const output& to, const port_notes::entry& port) noexcept {
    return to.connected.sink != nullptr && to.ports.is_up(port.port);
}

// Calls use(output_notes::remains) for each port that is up and has such notes; with_in_flight:
// also those that a worker may still begin. Returns how many notes and pedals these are.
template <class Use>
std::size_t for_each_remaining(output_account& account, output& to, bool with_in_flight,
                               Use&& use) noexcept {
    account.collect(to);
    std::size_t sum = 0;
    for (port_notes::entry& each : to.notes.ports()) {
        if (!is_reached(to, each)) {
            continue;
        }
        const output_notes::remains left = to.notes.remains_of(each, with_in_flight);
        if (left.on.to_end() > 0) {
            sum += left.on.to_end();
            use(left);
        }
    }
    return sum;
}

} // namespace tactus::flow
