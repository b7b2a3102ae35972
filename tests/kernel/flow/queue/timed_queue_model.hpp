// SPDX-License-Identifier: MIT
// A plain model of timed_queue: what waits, sorted, and the rooms, summed up from what waits.
#pragma once

#include "tests/kernel/flow/queue/timed_queue_support.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace tactus::flow::test {

struct model_event {
    std::uint64_t id;
    std::uint32_t tag;
    std::size_t size;
    bool is_critical;
    bool is_real_time;
    std::uint16_t input;
    std::uint32_t group;     // who of that input
    bool pays_group = false; // it was the first of its group or tag

    std::uint32_t name() const { return group != 0 ? group : tag; }
    int lane() const { return is_real_time ? 2 : is_critical ? 1 : 0; }
    queue_amount cost() const {
        constexpr std::size_t classes[] = {256, 1024, 4096};
        std::size_t block = 0;
        if (size > 98) {
            block = *std::find_if(std::begin(classes), std::end(classes),
                                  [this](std::size_t most) { return size <= most; });
            block += 24 + 16; // its head, and the allocator's
        }
        return {1, 144 + block + (pays_group ? 44U : 0U)};
    }
};

// Inputs 0 and 1 lead to all three outputs, input 2 only to the first, input 3 has no route.
inline constexpr std::uint16_t inputs_count = 4;
inline constexpr std::uint64_t input_max = 40; // of input 1
inline const std::vector<std::vector<std::uint16_t>> routes = {{0, 1, 2}, {0, 1, 2}, {0}, {}};

inline event_source source_of(const model_event& event) {
    event_source source = event.is_critical ? critical(event.tag) : tagged(event.tag);
    source.input = event.input;
    source.group = event.group;
    if (event.is_real_time) {
        source.flags |= event_cell::is_real_time;
    }
    return source;
}

using model_key = std::pair<std::int64_t, std::uint64_t>; // due, number of arrival

struct model_output {
    std::uint16_t index;
    std::size_t number; // as in `routes`
    output_limits limits;
    std::map<model_key, model_event> pending;
    std::uint64_t evicted = 0;
    std::uint64_t cancelled = 0;
    bool is_paused = false;

    template <class Claim>
    queue_amount sum_of(Claim is_meant) const {
        queue_amount sum;
        for (const auto& [key, event] : pending) {
            sum += is_meant(event) ? event.cost() : queue_amount{};
        }
        return sum;
    }
    queue_amount total() const {
        return sum_of([](const model_event&) { return true; });
    }
    queue_amount of(std::uint16_t input) const {
        return sum_of([=](const model_event& event) { return event.input == input; });
    }
    queue_amount alike(const model_event& one) const {
        return sum_of([&](const model_event& event) {
            return event.name() == one.name() && event.lane() == one.lane();
        });
    }
};

// One dimension of a room, events or bytes: what its ways hold and have for themselves.
struct model_room {
    std::uint64_t limit;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ways; // held, part

    std::uint64_t rest() const {
        std::uint64_t rest = limit - limit / 10;
        for (const auto& [held, part] : ways) {
            rest -= part;
        }
        return rest;
    }
    std::uint64_t borrowed() const {
        std::uint64_t sum = 0;
        for (const auto& [held, part] : ways) {
            sum += held > part ? held - part : 0;
        }
        return sum;
    }
    bool fits(std::size_t way, std::uint64_t more, bool has_reserve) const {
        model_room after = *this;
        after.ways[way].first += more;
        return after.borrowed() == borrowed() ||
               after.borrowed() <= rest() + (has_reserve ? limit / 10 : 0);
    }
    std::uint64_t left(std::size_t way) const {
        const auto& [held, part] = ways[way];
        const std::uint64_t own = part > held ? part - held : 0;
        return own + (rest() > borrowed() ? rest() - borrowed() : 0);
    }
};

} // namespace tactus::flow::test
