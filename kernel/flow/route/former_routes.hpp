// SPDX-License-Identifier: MIT
// The routes before the last reload: their state, with which the routes that replace them go on,
// and where they led, which tells the notes whose ends can still come. It replaces no routes, sends
// nothing and ends nothing. Threads: loop.
#pragma once

#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/deadline_misses.hpp"
#include "kernel/flow/output/notes/note_owners.hpp"
#include "kernel/flow/route/route_account.hpp"
#include "kernel/flow/route/route_muting.hpp"
#include "kernel/flow/route/router.hpp"

#include <bitset>
#include <cstdint>
#include <vector>

namespace tactus::flow {

class former_routes {
public:
    // The routes and their state. All must outlive it.
    struct parts {
        const router& routes;
        route_muting& muting;
        route_account& account;
        deadline_misses& misses;
    };
    explicit former_routes(const parts& of) noexcept : of_(of) {}

    // `next` is about to replace the routes. Allocates.
    void keep(const router& next);
    // `next` is in place, with an empty state: a route whose id was there before is muted as it
    // was, and counts go on under the same name. Calls reused(id) for each id that now belongs to
    // another route than some time before. Bounds: keep(next) came before. Allocates.
    template <class Use>
    void resume(std::int64_t now_ns, Use&& reused);

    // Whether the end of what sounds there cannot come any more: no route leads there from the
    // input that began it, or the route by which it came is gone, or takes or makes something else.
    // Bounds: the owner has an input.
    [[nodiscard]] bool is_end_lost(std::uint16_t output, const note_owner& owner) const noexcept;

private:
    // The state with which a route goes on.
    struct kept_state {
        bool is_known = false;          // its id was there before
        route_muting::state muted;      // by its id
        route_counts counts;            // these three by its name
        std::uint64_t circle_mutes = 0; // how often it was muted for a circle
        std::uint64_t misses = 0;       // see deadline_misses
    };
    // Where a former route led.
    struct former_way {
        router::way way;
        std::uint16_t id = unknown_route;
    };
    [[nodiscard]] bool goes_on(const former_way& one, std::uint16_t input,
                               std::uint16_t output) const noexcept;

    parts of_;
    std::vector<former_way> ways_;
    std::vector<kept_state> kept_;   // by number of the route that goes on; empty after resume()
    std::bitset<unknown_route> ids_; // that some route has had
};

template <class Use>
void former_routes::resume(std::int64_t now_ns, Use&& reused) {
    for (std::uint16_t i = 0; i < kept_.size(); ++i) {
        const std::uint16_t id = of_.routes.id_of(i);
        of_.account.carry_over(i, kept_[i].counts);
        of_.muting.carry_over(i, kept_[i].circle_mutes);
        if (kept_[i].is_known) {
            of_.muting.resume(i, kept_[i].muted);
            of_.misses.set(id, kept_[i].misses);
            continue;
        }
        of_.misses.begin(id, now_ns, kept_[i].misses);
        if (ids_[id]) {
            reused(id);
        }
        ids_.set(id);
    }
    kept_.clear();
}

} // namespace tactus::flow
