// SPDX-License-Identifier: MIT
// A rate limit: an average number of messages a second, and bursts of a second's worth. Time is an
// argument; if it goes back, as a transport's timestamps may, nothing is gained or lost.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tactus::flow {

class token_bucket {
public:
    // rate_per_s 0: no limit.
    explicit token_bucket(double rate_per_s) : rate_per_s_(rate_per_s), tokens_(burst()) {}

    [[nodiscard]] bool take(std::int64_t now_ns) noexcept {
        if (rate_per_s_ <= 0) {
            return true;
        }
        const std::int64_t passed_ns = std::max<std::int64_t>(now_ns - last_ns_, 0);
        tokens_ = std::min(burst(), tokens_ + static_cast<double>(passed_ns) * 1e-9 * rate_per_s_);
        last_ns_ += passed_ns;
        if (tokens_ < 1) {
            return false;
        }
        tokens_ -= 1;
        return true;
    }

private:
    [[nodiscard]] double burst() const noexcept { return std::max(rate_per_s_, 1.0); }

    double rate_per_s_;
    double tokens_;
    std::int64_t last_ns_ = 0;
};

} // namespace tactus::flow
