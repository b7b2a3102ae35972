// SPDX-License-Identifier: MIT
// A histogram of durations with fixed bounds, in the form Prometheus expects: one thread records,
// any thread takes a snapshot. It has no names or labels; those are in kernel/metrics.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/base/counter.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>

namespace tactus::base {

class histogram {
public:
    static constexpr std::size_t bounds_max = 16;

    // Counts are per bucket, not cumulative; the last one, buckets[bounds.size()], holds the values
    // above the highest bound.
    struct snapshot {
        std::array<std::uint64_t, bounds_max + 1> buckets{};
        std::uint64_t count = 0;
        std::int64_t sum_ns = 0;

        // Adds another with the same bounds.
        snapshot& operator+=(const snapshot& other) noexcept {
            for (std::size_t i = 0; i < buckets.size(); ++i) {
                buckets[i] += other.buckets[i];
            }
            count += other.count;
            sum_ns += other.sum_ns;
            return *this;
        }
    };

    // Units: ns, rising; the bounds are copied. Bounds: 1 to bounds_max of them.
    explicit histogram(std::span<const std::int64_t> bounds_ns) : size_(bounds_ns.size()) {
        TACTUS_ASSERT(!bounds_ns.empty() && bounds_ns.size() <= bounds_max);
        TACTUS_ASSERT(std::is_sorted(bounds_ns.begin(), bounds_ns.end(), std::less_equal<>{}));
        bounds_.fill(std::numeric_limits<std::int64_t>::max());
        std::copy(bounds_ns.begin(), bounds_ns.end(), bounds_.begin());
    }

    // A value equal to a bound counts as below it (`le`). Threads: the one writer.
    void record(std::int64_t value_ns) noexcept {
        std::size_t bucket = 0; // bisects, without a branch to mispredict
        for (std::size_t step = bounds_max / 2; step > 0; step /= 2) {
            bucket += value_ns > bounds_[bucket + step - 1] ? step : 0;
        }
        bucket += value_ns > bounds_.back() ? 1U : 0U;
        buckets_[bucket].add();
        std::int64_t sum_ns = 0;
        if (__builtin_add_overflow(sum_ns_.load(std::memory_order_relaxed), value_ns, &sum_ns)) {
            sum_ns = std::numeric_limits<std::int64_t>::max(); // stays there: 292 years
        }
        sum_ns_.store(sum_ns, std::memory_order_relaxed);
    }

    // The count is the sum of the buckets, so the two always agree; the sum of the values may lag
    // by what was recorded during the call. Threads: any.
    [[nodiscard]] snapshot take_snapshot() const noexcept {
        snapshot taken;
        for (std::size_t i = 0; i <= size_; ++i) {
            taken.buckets[i] = buckets_[i].value();
            taken.count += taken.buckets[i];
        }
        taken.sum_ns = sum_ns_.load(std::memory_order_relaxed);
        return taken;
    }

private:
    static_assert((bounds_max & (bounds_max - 1)) == 0, "they are halved");
    std::array<std::int64_t, bounds_max> bounds_; // beyond size_: no value is above them
    std::size_t size_;
    std::array<counter, bounds_max + 1> buckets_;
    // Written by the owner, read by any. States: a running sum. Relaxed, as in counter.
    std::atomic<std::int64_t> sum_ns_{0};
};

} // namespace tactus::base
