// SPDX-License-Identifier: MIT
#include "kernel/flow/route/former_routes.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <unordered_map>

namespace tactus::flow {

void former_routes::keep(const router& next) {
    std::unordered_map<std::uint16_t, std::uint16_t> by_id; // numbers
    std::unordered_map<std::string_view, std::uint16_t> by_name;
    ways_.clear();
    for (std::uint16_t i = 0; i < of_.routes.size(); ++i) {
        const router::way& way = of_.routes.way_of(i);
        ways_.push_back({way, of_.routes.id_of(i)});
        if (way.has_id) {
            by_id.emplace(of_.routes.id_of(i), i);
        }
        if (!way.name.empty()) {
            by_name.emplace(way.name, i);
        }
    }
    kept_.assign(next.size(), {});
    for (std::uint16_t i = 0; i < next.size(); ++i) {
        const auto same = by_id.find(next.id_of(i));
        if (next.way_of(i).has_id && same != by_id.end()) {
            kept_[i].is_known = true;
            kept_[i].muted = of_.muting.of(same->second);
        }
        if (const auto named = by_name.find(next.way_of(i).name); named != by_name.end()) {
            kept_[i].counts = of_.account.of(named->second);
            kept_[i].circle_mutes = of_.muting.mutes(named->second);
            kept_[i].misses = of_.misses.of(of_.routes.id_of(named->second));
        }
    }
}

// A route with `as` translates the end as it translated the beginning. A message that was sent on
// unchanged may have come by any of several routes: if one of them is gone, its end may not come.
bool former_routes::is_end_lost(std::uint16_t output, const note_owner& owner) const noexcept {
    const std::span<const std::uint16_t> reachable = of_.routes.reachable(owner.input);
    if (std::find(reachable.begin(), reachable.end(), output) == reachable.end()) {
        return true;
    }
    if (owner.route == note_owner::no_route) {
        for (std::uint16_t i = 0; i < of_.routes.size(); ++i) {
            const router::way& each = of_.routes.way_of(i);
            if (!each.is_own && each.takes_all && each.leads(owner.input, output)) {
                return false;
            }
        }
    }
    return std::any_of(ways_.begin(), ways_.end(), [&](const former_way& each) {
        const bool is_its = owner.route == note_owner::no_route
                                ? !each.way.is_own && each.way.leads(owner.input, output)
                                : each.way.is_own && each.id == owner.route;
        return is_its && !goes_on(each, owner.input, output);
    });
}

// A route without an id has nothing in common with those after it, and nothing is known of it.
bool former_routes::goes_on(const former_way& one, std::uint16_t input,
                            std::uint16_t output) const noexcept {
    for (std::uint16_t i = 0; i < of_.routes.size(); ++i) {
        const router::way& each = of_.routes.way_of(i);
        if (each.has_id && of_.routes.id_of(i) == one.id) {
            return each.is_own == one.way.is_own && each.takes == one.way.takes &&
                   each.leads(input, output);
        }
    }
    return !one.way.has_id;
}

} // namespace tactus::flow
