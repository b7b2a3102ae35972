// SPDX-License-Identifier: MIT
// How many deliveries left later than their outputs' miss limit, by the route by which they came;
// each output has its own count (output_ledger). A route is known by its number, which a reload may
// give to another: what came before that counts for its output only. Bounds: make_room routes; no
// allocation after it. Threads: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::flow {

class deadline_misses {
public:
    // For so many routes, numbered anew at now_ns; all counts begin at 0. Allocates.
    void make_room(std::size_t routes, std::int64_t now_ns) {
        by_route_.assign(routes, 0);
        numbered_ns_ = now_ns;
    }
    // The route had that many under another number. Bounds: a route's number.
    void carry_over(std::uint16_t route, std::uint64_t misses) { by_route_[route] = misses; }

    // `route`: any number, also unknown_route. `came_ns`: when the event arrived.
    void add(std::uint16_t route, std::int64_t came_ns) noexcept {
        if (route < by_route_.size() && came_ns >= numbered_ns_) {
            ++by_route_[route];
        }
    }
    // Bounds: a route's number.
    [[nodiscard]] std::uint64_t of(std::uint16_t route) const noexcept { return by_route_[route]; }

private:
    std::vector<std::uint64_t> by_route_;
    std::int64_t numbered_ns_ = 0;
};

} // namespace tactus::flow
