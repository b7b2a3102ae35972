// SPDX-License-Identifier: MIT
// The time from which the due times in keys count, and the arrival times in cells: an hour before
// the queue was made, so that late events still sort by their due time. Units: ns of the host
// clock. Owned by departures. Single thread.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/queue/due_heap.hpp"

#include <algorithm>
#include <cstdint>

namespace tactus::flow {

class key_epoch {
public:
    static constexpr std::int64_t margin_ns = std::int64_t{3600} * 1'000'000'000;

    explicit key_epoch(std::int64_t now_ns) noexcept : epoch_ns_(now_ns - margin_ns) {}

    // An event that is due before the epoch, or after the last time of a key, is due at that end.
    [[nodiscard]] due_key make_key(std::int64_t due_ns, std::uint64_t sequence,
                                   std::uint32_t slot) const noexcept {
        return make_due_key(key_time(due_ns), sequence, slot);
    }
    [[nodiscard]] std::int64_t due_ns_of(due_key key) const noexcept {
        return epoch_ns_ + static_cast<std::int64_t>(due_of(key));
    }

    [[nodiscard]] std::int64_t since_epoch(std::int64_t at_ns) const noexcept {
        return at_ns - epoch_ns_;
    }
    [[nodiscard]] std::int64_t host_time(std::int64_t since_epoch_ns) const noexcept {
        return epoch_ns_ + since_epoch_ns;
    }

    // Everything that counts from here becomes this much earlier. Bounds: not negative.
    void move_back(std::int64_t by_ns) noexcept {
        TACTUS_ASSERT(by_ns >= 0);
        epoch_ns_ -= by_ns;
    }

private:
    // Unsigned, because the difference of two int64 may overflow int64.
    [[nodiscard]] std::uint64_t key_time(std::int64_t due_ns) const noexcept {
        if (due_ns <= epoch_ns_) {
            return 0;
        }
        return std::min(static_cast<std::uint64_t>(due_ns) - static_cast<std::uint64_t>(epoch_ns_),
                        due_max);
    }

    std::int64_t epoch_ns_;
};

} // namespace tactus::flow
