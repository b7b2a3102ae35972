// SPDX-License-Identifier: MIT
// Keeps one kind of line from flooding the log: allows a maximum number of them in an interval and
// counts the rest. One object for each kind, kept by the code that writes that line. Not a clock:
// time is an argument. log::allows reports the suppressed lines when the next one is allowed.
#pragma once

#include <cstdint>
#include <utility>

namespace tactus::base {

// Threads: one at a time.
class log_limit {
public:
    static constexpr std::uint32_t lines_default = 5;
    static constexpr std::int64_t interval_default_ns = 10'000'000'000;

    explicit log_limit(std::uint32_t lines = lines_default,
                       std::int64_t interval_ns = interval_default_ns) noexcept
        : lines_(lines), interval_ns_(interval_ns) {}

    // Whether one more line may be written; if not, it is counted as suppressed. An interval begins
    // with its first line. Units: any monotonic time.
    [[nodiscard]] bool allow(std::int64_t now_ns) noexcept {
        if (!has_begun_ || now_ns - begin_ns_ >= interval_ns_) {
            has_begun_ = true;
            begin_ns_ = now_ns;
            left_ = lines_;
        }
        if (left_ == 0) {
            ++suppressed_;
            return false;
        }
        --left_;
        return true;
    }

    // How many were suppressed since the last call.
    [[nodiscard]] std::uint64_t take_suppressed() noexcept { return std::exchange(suppressed_, 0); }

private:
    std::uint32_t lines_;
    std::int64_t interval_ns_;
    std::int64_t begin_ns_ = 0;
    std::uint64_t suppressed_ = 0;
    std::uint32_t left_ = 0;
    bool has_begun_ = false;
};

} // namespace tactus::base
