// SPDX-License-Identifier: MIT
// How many deliveries left later than their outputs' miss limit, by the id of the route by which
// they came; each output has its own count (output_ledger). An event that came before a route had
// its id counts for its output only. No allocation after begin(). Threads: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::flow {

class deadline_misses {
public:
    // A route has that id from since_ns on; it had that many before. Allocates.
    void begin(std::uint16_t id, std::int64_t since_ns, std::uint64_t misses = 0) {
        make_room(id);
        by_id_[id] = {misses, since_ns};
    }
    // The route has that many now. Allocates.
    void set(std::uint16_t id, std::uint64_t misses) {
        make_room(id);
        by_id_[id].misses = misses;
    }

    // `id`: any number, also unknown_route. `came_ns`: when the event arrived.
    void add(std::uint16_t id, std::int64_t came_ns) noexcept {
        if (id < by_id_.size() && came_ns >= by_id_[id].since_ns) {
            ++by_id_[id].misses;
        }
    }
    [[nodiscard]] std::uint64_t of(std::uint16_t id) const noexcept {
        return id < by_id_.size() ? by_id_[id].misses : 0;
    }

private:
    struct count {
        std::uint64_t misses = 0;
        std::int64_t since_ns = 0;
    };

    void make_room(std::uint16_t id) {
        if (by_id_.size() <= id) {
            by_id_.resize(id + std::size_t{1});
        }
    }

    std::vector<count> by_id_;
};

} // namespace tactus::flow
