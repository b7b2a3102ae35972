// SPDX-License-Identifier: MIT
// How long to wait before the next attempt: doubles from `first` to `max`, with full jitter (a
// random moment in the upper half), and resets after a long enough uptime. The seed is an argument:
// the same seed gives the same waits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace tactus::host {

class back_off {
public:
    static constexpr std::int64_t forgotten_after_ns = 30'000'000'000;

    back_off(std::int64_t first_ns, std::int64_t max_ns, std::uint32_t seed)
        : first_ns_(first_ns), max_ns_(std::max(first_ns, max_ns)), random_(seed) {}

    // The wait before the next attempt. up_ns: how long the last attempt stayed up.
    [[nodiscard]] std::int64_t next_ns(std::int64_t up_ns) {
        if (up_ns >= forgotten_after_ns) {
            attempts_ = 0;
        }
        std::int64_t limit_ns = first_ns_;
        for (std::uint32_t i = 0; i < attempts_ && limit_ns < max_ns_; ++i) {
            limit_ns *= 2;
        }
        ++attempts_;
        limit_ns = std::min(limit_ns, max_ns_);
        std::uniform_int_distribution<std::int64_t> wait(limit_ns / 2, limit_ns);
        return wait(random_);
    }

    // The next wait is the first again.
    void reset() noexcept { attempts_ = 0; }

private:
    std::int64_t first_ns_;
    std::int64_t max_ns_;
    std::minstd_rand random_;
    std::uint32_t attempts_ = 0;
};

} // namespace tactus::host
