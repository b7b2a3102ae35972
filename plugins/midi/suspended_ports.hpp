// SPDX-License-Identifier: MIT
// Ports that are not attached to for a while because their clients do not run and so keep JACK from
// running us (input_backend::is_held_up), and when each may be tried again. Each attempt costs all
// other ports about half a second of input; therefore attempts become less and less frequent. A
// port that has gone is forgotten, and attached at once when it is back. Threads: one at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace midi {

class suspended_ports {
public:
    using clock = std::chrono::steady_clock;

    static constexpr std::chrono::seconds wait_min{30};
    static constexpr std::chrono::seconds wait_max{3600};

    /// Suspends for wait_min, and twice as long each further time. Returns true the first time.
    bool add(std::string name, clock::time_point now) {
        const auto known = find(name);
        if (known != ports_.end()) {
            known->wait = std::min<clock::duration>(known->wait * 2, wait_max);
            known->until = now + known->wait;
            return false;
        }
        ports_.push_back({std::move(name), wait_min, now + wait_min});
        return true;
    }
    /// The port's client runs again.
    void forget(std::string_view name) noexcept {
        std::erase_if(ports_, [name](const port& each) { return each.name == name; });
    }
    /// Forgets the ports that are not among `there`.
    void keep(const std::vector<std::string>& there) noexcept {
        std::erase_if(ports_, [&there](const port& each) {
            return std::find(there.begin(), there.end(), each.name) == there.end();
        });
    }
    void clear() noexcept { ports_.clear(); }
    bool is_empty() const noexcept { return ports_.empty(); }

    bool knows(std::string_view name) const noexcept {
        return std::any_of(ports_.begin(), ports_.end(),
                           [name](const port& each) { return each.name == name; });
    }
    bool holds(std::string_view name, clock::time_point now) const noexcept {
        return std::any_of(ports_.begin(), ports_.end(), [name, now](const port& each) {
            return each.name == name && now < each.until;
        });
    }
    /// The time until the next port may be tried, at least 1 ms; 0: none is suspended.
    std::chrono::milliseconds next(clock::time_point now) const noexcept {
        std::chrono::milliseconds first{0};
        for (const port& each : ports_) {
            const auto left =
                std::max(std::chrono::ceil<std::chrono::milliseconds>(each.until - now),
                         std::chrono::milliseconds(1));
            first = first.count() == 0 ? left : std::min(first, left);
        }
        return first;
    }

private:
    struct port {
        std::string name;
        clock::duration wait;
        clock::time_point until;
    };

    std::vector<port>::iterator find(std::string_view name) noexcept {
        return std::find_if(ports_.begin(), ports_.end(),
                            [name](const port& each) { return each.name == name; });
    }

    std::vector<port> ports_; // bounds: those that are there
};

} // namespace midi
