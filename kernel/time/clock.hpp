// SPDX-License-Identifier: MIT
// The source of time. Inside the kernel time is always CLOCK_MONOTONIC in nanoseconds; `now` is an
// argument or a clock&, so every test of the flow runs in virtual time.
#pragma once

#include <cstdint>

namespace tactus::time {

class clock {
public:
    clock() = default;
    clock(const clock&) = delete;
    clock& operator=(const clock&) = delete;
    virtual ~clock() = default;

    // Threads: any. Never goes back.
    [[nodiscard]] virtual std::int64_t now_ns() const noexcept = 0;

    // Unix time; may step at any moment. Only kernel/time asks for it. Threads: any.
    [[nodiscard]] virtual std::int64_t unix_ns() const noexcept = 0;

    // How long the machine has been suspended in total, while now_ns stood still: never decreases
    // by more than the time between two readings. Only suspend_watch calls it. Threads: any.
    [[nodiscard]] virtual std::int64_t suspended_ns() const noexcept { return 0; }
};

class real_clock final : public clock {
public:
    [[nodiscard]] std::int64_t now_ns() const noexcept override;
    [[nodiscard]] std::int64_t unix_ns() const noexcept override;
    [[nodiscard]] std::int64_t suspended_ns() const noexcept override;
};

} // namespace tactus::time
