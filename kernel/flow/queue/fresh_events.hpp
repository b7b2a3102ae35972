// SPDX-License-Identifier: MIT
// The events that were due when they came, and that no pass of the dispatcher has had the chance to
// hand over yet: a cancel that comes after them must spare them. Only the newest fresh_max are
// known; what comes faster is handed over in between (due_watch). Owned by timed_queue. Single
// thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::flow {

class fresh_events {
public:
    static constexpr std::size_t fresh_max = 1024; // a power of two

    void add(std::uint32_t slot) noexcept { slots_[count_++ % fresh_max] = slot; }
    // A pass begins, or one of them may have left the queue otherwise.
    void forget() noexcept { count_ = 0; }
    // Calls use(slot) for each.
    template <class Use>
    void for_each(Use&& use) const {
        for (std::size_t i = 0; i < std::min(count_, fresh_max); ++i) {
            use(slots_[i]);
        }
    }

private:
    std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(fresh_max); // not among hot data
    std::size_t count_ = 0;
};

} // namespace tactus::flow
