// SPDX-License-Identifier: MIT
// Time that moves only when a test moves it: monotonic, wall and suspended time. Threads: one;
// now_ns() any, since workers read it.
#pragma once

#include "kernel/time/clock.hpp"

#include <atomic>
#include <cstdint>

namespace tactus::testing {

class manual_clock final : public time::clock {
public:
    [[nodiscard]] std::int64_t now_ns() const noexcept override {
        return now_ns_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override { return now_ns() + offset_ns_; }

    void advance_ns(std::int64_t by_ns) noexcept { set_ns(now_ns() + by_ns); }
    void set_ns(std::int64_t now_ns) noexcept { now_ns_.store(now_ns, std::memory_order_relaxed); }
    void step_wall_ns(std::int64_t by_ns) noexcept { offset_ns_ += by_ns; }
    [[nodiscard]] std::int64_t suspended_ns() const noexcept override { return suspended_ns_; }
    // The wall clock continues.
    void suspend_ns(std::int64_t for_ns) noexcept {
        suspended_ns_ += for_ns;
        offset_ns_ += for_ns;
    }

private:
    std::atomic<std::int64_t> now_ns_{1'000'000'000};
    std::int64_t offset_ns_ = 1'700'000'000'000'000'000;
    std::int64_t suspended_ns_ = 0;
};

} // namespace tactus::testing
