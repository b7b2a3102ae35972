// SPDX-License-Identifier: MIT
// Logs steps of the wall clock and suspends of the machine, and which inputs map time by that
// clock. It reads the timebase at the end of a turn; therefore a step is logged once the timebase
// has measured it: with the next event, or when wall_clock_watch has. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/time/timebase.hpp"

#include <cstdint>

namespace tactus::daemon {

class clock_report {
public:
    // All must outlive it.
    clock_report(const time::timebase& timebase, const config::settings& settings,
                 base::log& log) noexcept
        : timebase_(timebase), settings_(settings), log_(log), known_ns_(timebase.offset_ns()) {}

    // To be called in each turn; costs one comparison if there was no step.
    void check(const time::clock& clock) noexcept {
        if (timebase_.offset_ns() != known_ns_) {
            stepped(clock.now_ns());
        }
    }
    // The machine was suspended this long; the timebase has seen it.
    void slept(std::int64_t for_ns, std::int64_t now_ns) noexcept;

private:
    void stepped(std::int64_t now_ns) noexcept;

    const time::timebase& timebase_;
    const config::settings& settings_;
    base::log& log_;
    std::int64_t known_ns_; // Unix time minus host time, as logged last
    base::log_limit steps_;
    base::log_limit sleeps_;
};

} // namespace tactus::daemon
