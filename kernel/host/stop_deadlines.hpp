// SPDX-License-Identifier: MIT
// How long an instance that is to end may still take. It has one grace period to wind down by
// itself, and another after its ops were cancelled. A call in its worker, which may be ending notes
// at a device that pauses, has a longer limit, counted from when the end began. Time is an
// argument. Threads: loop.
#pragma once

#include <cstdint>
#include <utility>

namespace tactus::host {

class stop_deadlines {
public:
    stop_deadlines(std::int64_t grace_ns, std::int64_t call_limit_ns) noexcept
        : grace_ns_(grace_ns), call_limit_ns_(call_limit_ns) {}

    // An instance runs: nothing ends.
    void reset() noexcept { call_until_ns_ = 0; }
    // It is asked to stop. The first grace period begins.
    void asked(std::int64_t now_ns) noexcept {
        is_second_grace_ = false;
        call_until_ns_ = now_ns + call_limit_ns_;
    }
    // The first grace period is over, and the second begins. Returns false if that one is over,
    // too.
    [[nodiscard]] bool begin_second() noexcept { return !std::exchange(is_second_grace_, true); }
    // It has called stopped, on its own or because it was asked.
    void stopped(std::int64_t now_ns) noexcept {
        quiet_until_ns_ = now_ns + grace_ns_;
        call_until_ns_ = call_until_ns_ == 0 ? now_ns + call_limit_ns_ : call_until_ns_;
    }

    // The time that is left for the call that runs in its worker; 0 or less: none runs, or for too
    // long.
    [[nodiscard]] std::int64_t left_for_call_ns(std::int64_t now_ns,
                                                bool is_in_call) const noexcept {
        return is_in_call ? call_until_ns_ - now_ns : 0;
    }
    // After stopped: whether it may still become quiet.
    [[nodiscard]] bool may_become_quiet(std::int64_t now_ns, bool is_in_call) const noexcept {
        return now_ns < quiet_until_ns_ || left_for_call_ns(now_ns, is_in_call) > 0;
    }

private:
    std::int64_t grace_ns_;
    std::int64_t call_limit_ns_;
    std::int64_t quiet_until_ns_ = 0;
    std::int64_t call_until_ns_ = 0; // 0: nothing ends
    bool is_second_grace_ = false;
};

} // namespace tactus::host
