// SPDX-License-Identifier: MIT
// How long a loop that is to stop may go without an answer. It is asked at each check, and answers
// between two of them; the time counts from the last check that found an answer. The checks are
// close together, since a loop that is held right after an answer is noticed only by the next one.
// Threads: one at a time.
#pragma once

#include <cstdint>

namespace tactus::daemon {

class loop_grace {
public:
    static constexpr std::int64_t check_ns = 100'000'000;
    static constexpr std::int64_t grace_ns = 2'000'000'000;

    // One check, check_ns after the one before. Returns whether the grace is over.
    [[nodiscard]] bool check(bool has_answered) noexcept {
        missed_ = has_answered ? 0 : missed_ + 1;
        return missed_ == missed_max;
    }

private:
    static constexpr int missed_max = grace_ns / check_ns;

    int missed_ = 0; // in a row
};

} // namespace tactus::daemon
