// SPDX-License-Identifier: MIT
// Detects whether the machine was suspended: CLOCK_BOOTTIME advances then, CLOCK_MONOTONIC does
// not. Threads: one.
#pragma once

#include "kernel/time/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tactus::time {

class suspend_watch {
public:
    // An interruption between two clock readings may look like a suspend shorter than this.
    static constexpr std::int64_t least_ns = 20'000'000;

    // The clock must outlive the watch.
    explicit suspend_watch(const clock& clock) noexcept
        : clock_(clock), suspended_ns_(clock.suspended_ns()) {
        for (int i = 1; i < readings; ++i) { // an interrupted reading gives too small a value
            suspended_ns_ = std::max(suspended_ns_, clock_.suspended_ns());
        }
    }

    // How long the machine was suspended since the last call; 0 = it was not. Cost: two clock
    // reads.
    [[nodiscard]] std::int64_t take_suspended_ns() noexcept {
        const std::int64_t now_ns = std::max(clock_.suspended_ns(), suspended_ns_);
        const std::int64_t for_ns = now_ns - std::exchange(suspended_ns_, now_ns);
        return for_ns >= least_ns ? for_ns : 0;
    }
    // CLOCK_BOOTTIME minus CLOCK_MONOTONIC at the last call.
    [[nodiscard]] std::int64_t suspended_ns() const noexcept { return suspended_ns_; }

private:
    static constexpr int readings = 5;

    const clock& clock_;
    std::int64_t suspended_ns_;
};

} // namespace tactus::time
