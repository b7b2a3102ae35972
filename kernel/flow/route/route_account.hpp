// SPDX-License-Identifier: MIT
// The account of each route: what became of the messages that its address takes. A message counts
// once at each such route, whatever other routes lead to the same output. Bounds: make_room routes;
// no allocation after it. Threads: loop.
#pragma once

#include "kernel/flow/ledger.hpp"
#include "kernel/flow/limits.hpp"
#include "kernel/flow/route/router.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::flow {

class route_account {
public:
    // For so many routes; all counts begin at 0. Allocates.
    void make_room(std::size_t routes) { counts_.assign(routes, {}); }

    // The route had counted that much before, perhaps as another number. Bounds: a route's number.
    void carry_over(std::uint16_t route, const route_counts& counts) { counts_[route] = counts; }

    void count(std::uint16_t route, route_result how) noexcept { counts_[route].add(how); }
    // The message itself was sent to its targets: how one of them fared.
    void fared(std::uint16_t output, route_result how) noexcept {
        result_of_[output] = how;
        worst_ = std::max(worst_, how);
    }
    // Counts that for the routes that lead to these targets. Bounds: fared() was told of each.
    void settle(const target_list& targets, const router& routes) noexcept {
        for (const std::uint16_t route : targets.routes()) {
            counts_[route].add(worst_ == route_result::delivered
                                   ? route_result::delivered
                                   : best_of(routes.outputs_of(route)));
        }
        worst_ = route_result::delivered;
    }

    // Bounds: a route's number.
    [[nodiscard]] const route_counts& of(std::uint16_t route) const noexcept {
        return counts_[route];
    }

private:
    [[nodiscard]] route_result best_of(std::span<const std::uint16_t> outputs) const noexcept {
        route_result best = route_result::filtered;
        for (const std::uint16_t output : outputs) {
            best = std::min(best, result_of_[output]);
        }
        return best;
    }

    std::vector<route_counts> counts_;
    std::array<route_result, outputs_max> result_of_{}; // of the message's targets
    route_result worst_ = route_result::delivered;      // of those
};

} // namespace tactus::flow
