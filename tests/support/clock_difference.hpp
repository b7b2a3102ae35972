// SPDX-License-Identifier: MIT
// CLOCK_MONOTONIC less JACK's clock, which in jackd is CLOCK_MONOTONIC_RAW and goes at a speed of
// its own. For JACK's thread: it does not wait.
#pragma once

#include <jack/jack.h>

#include <chrono>
#include <cstdint>

namespace tactus::test {

inline std::int64_t steady_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

class clock_difference {
public:
    /// Keeps the previous value if other threads delayed this measurement.
    void measure() {
        constexpr std::int64_t close_ns = 5'000;
        const std::int64_t before_ns = steady_ns();
        const auto jack_ns = static_cast<std::int64_t>(jack_get_time()) * 1000;
        const std::int64_t took_ns = steady_ns() - before_ns;
        if (took_ns < close_ns || ns_ == 0) {
            ns_ = before_ns + took_ns / 2 - jack_ns - 500; // which is rounded down
        }
    }
    std::int64_t ns() const { return ns_; }

private:
    std::int64_t ns_ = 0;
};

} // namespace tactus::test
