// SPDX-License-Identifier: MIT
// Virtual time that goes on by itself whenever somebody looks, so that what spins in it comes to an
// end. For tests of waiting awake. Threads: one.
#pragma once

#include "kernel/time/clock.hpp"

namespace tactus::testing {

class passing_clock final : public time::clock {
public:
    static constexpr std::int64_t look_ns = 25; // what a look costs

    [[nodiscard]] std::int64_t now_ns() const noexcept override { return now_ns_ += look_ns; }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override { return now_ns_; }
    void set_ns(std::int64_t now_ns) noexcept { now_ns_ = now_ns; }

private:
    mutable std::int64_t now_ns_ = 0;
};

} // namespace tactus::testing
