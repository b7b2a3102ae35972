// SPDX-License-Identifier: MIT
// Limits lines to as many per second as can be read; the rest is counted. The first ones after a
// pause are shown at once. It writes nothing. Threads: one.
#pragma once

#include <cstdint>
#include <utility>

namespace tactus::cli {

class line_pacer {
public:
    static constexpr std::uint32_t lines_a_second = 20;
    static constexpr std::int64_t window_ns = 1'000'000'000;

    // Whether one more line may be shown now; if not, it is counted as skipped.
    [[nodiscard]] bool admit(std::int64_t now_ns) noexcept {
        if (now_ns >= window_end_ns_) {
            window_end_ns_ = now_ns + window_ns;
            shown_ = 0;
        }
        if (shown_ == lines_a_second) {
            ++skipped_;
            return false;
        }
        ++shown_;
        return true;
    }

    // How many were skipped, returned once and only after their second has ended; before that 0.
    [[nodiscard]] std::uint64_t take_skipped(std::int64_t now_ns) noexcept {
        return now_ns < window_end_ns_ ? 0 : std::exchange(skipped_, 0);
    }
    [[nodiscard]] bool has_skipped() const noexcept { return skipped_ > 0; }

private:
    std::int64_t window_end_ns_ = 0;
    std::uint32_t shown_ = 0;
    std::uint64_t skipped_ = 0;
};

} // namespace tactus::cli
