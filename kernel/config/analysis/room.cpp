// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/room.hpp"

#include "kernel/flow/queue/cell_store.hpp"
#include "kernel/flow/queue/shares.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tactus::config {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

// The paths that routes make from each input, at most: routes may share some.
std::vector<std::vector<bool>> ways_of(const settings& all) {
    std::vector<std::vector<bool>> leads(all.inputs.size(),
                                         std::vector<bool>(all.outputs.size(), false));
    for (const route_settings& route : all.routes) {
        for (const std::uint16_t input : route.inputs) {
            for (const std::uint16_t output : route.outputs) {
                leads[input][output] = true;
            }
        }
    }
    return leads;
}

// The smallest share of `usable` of any path: half of `usable`, divided by inputs and by outputs.
std::uint64_t smallest_part(const settings& all, std::uint64_t usable) {
    std::uint64_t inputs = 0;
    std::uint64_t most = 1;
    for (const std::vector<bool>& ways : ways_of(all)) {
        const auto outputs = static_cast<std::uint64_t>(std::count(ways.begin(), ways.end(), true));
        inputs += outputs != 0 ? 1U : 0U;
        most = std::max(most, outputs);
    }
    return usable / (2 * std::max<std::uint64_t>(inputs, 1)) / most;
}

} // namespace

void warn_of_room(checker& check, const values& limits, const settings& all) {
    constexpr std::uint64_t each = flow::cell_store::cell_bytes;
    const std::uint64_t pending = all.limits.pending;
    const std::uint64_t fitting = all.limits.memory_bytes / each;
    if (pending > fitting) {
        const std::uint64_t needed = (pending * each + mib - 1) / mib;
        check.warn(
            limits.where("memory"), limits.length("memory"),
            {"memory: it holds at most " + std::to_string(fitting) + " events of " +
                 std::to_string(each) + " bytes, without long payloads, but pending is " +
                 std::to_string(pending),
             {},
             "write memory = \"" + std::to_string(needed) + "MiB\" or more, or a lower pending"});
    }
    const std::uint64_t most = std::min(pending, fitting);
    if (smallest_part(all, most - most / flow::shared_room::reserve_divisor) == 0) {
        check.warn(limits.where("pending"), limits.length("pending"),
                   {"pending: " + std::to_string(most) +
                        " events are too few to reserve a share for each input at each of its "
                        "outputs; one input may crowd out the others",
                    {},
                    "write a higher pending"});
    }
}

} // namespace tactus::config
