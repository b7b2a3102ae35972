// SPDX-License-Identifier: MIT
// The ids by which the flow knows routes over reloads. The events of a route may wait or sound long
// after the route is gone; therefore the id that has been free for longest is used again. Threads:
// loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/config/routes/same_routes.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/flow/event_cell.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace tactus::daemon {

class route_ids {
public:
    // Tables have a row for each: more would only put off the day when one is used again.
    static constexpr std::size_t ids_max = 4096;
    static_assert(ids_max >= 2 * config::routes_max); // those that run, and those of a new file
    static_assert(ids_max <= flow::unknown_route);

    // Gives the routes of a file their ids: that of the running route that each is, or a free one.
    // It may still come to nothing.
    void number(std::vector<config::route_settings>& file,
                const std::vector<config::route_settings>& running) const {
        const auto same = config::find_same_routes(running, file);
        std::size_t taken = 0;
        for (std::size_t i = 0; i < file.size(); ++i) {
            file[i].id = same[i] ? running[*same[i]].id : free_id(running.size(), taken++);
        }
    }
    // The routes of the file run now, in place of those before.
    void take(const std::vector<config::route_settings>& now,
              const std::vector<config::route_settings>& before) {
        std::vector<bool> is_used(ids_max);
        for (const config::route_settings& each : before) {
            next_ = std::max(next_, each.id + std::size_t{1});
        }
        for (const config::route_settings& each : now) {
            is_used[each.id] = true;
            next_ = std::max(next_, each.id + std::size_t{1});
        }
        std::erase_if(free_, [&is_used](std::uint16_t id) { return is_used[id]; });
        for (const config::route_settings& each : before) {
            if (!is_used[each.id]) {
                free_.push_back(each.id);
            }
        }
    }

private:
    // The one after so many others. The ids of the first file are the places of its routes.
    [[nodiscard]] std::uint16_t free_id(std::size_t running, std::size_t after) const {
        const std::size_t fresh = std::max(next_, running) + after;
        const std::size_t place = fresh < ids_max ? 0 : fresh - ids_max;
        TACTUS_ASSERT(fresh < ids_max || place < free_.size());
        return fresh < ids_max ? static_cast<std::uint16_t>(fresh) : free_[place];
    }

    std::size_t next_ = 0;           // the first that no route has had
    std::deque<std::uint16_t> free_; // of routes that are gone, the first one first
};

} // namespace tactus::daemon
