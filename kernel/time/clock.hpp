// SPDX-License-Identifier: MIT
// The source of time. Inside the kernel time is always CLOCK_MONOTONIC in nanoseconds; `now` is an
// argument or a clock&, so every test of the flow runs in virtual time.
#pragma once

#include <atomic>
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

// Time that moves only when a test moves it. Threads: one; now_ns() any, since workers read it.
class manual_clock final : public clock {
public:
    [[nodiscard]] std::int64_t now_ns() const noexcept override {
        return now_ns_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override { return now_ns() + offset_ns_; }

    void advance_ns(std::int64_t by_ns) noexcept { set_ns(now_ns() + by_ns); }
    void set_ns(std::int64_t now_ns) noexcept {
        now_ns_.store(now_ns, std::memory_order_relaxed);
    }
    void step_wall_ns(std::int64_t by_ns) noexcept { offset_ns_ += by_ns; }
    [[nodiscard]] std::int64_t suspended_ns() const noexcept override { return suspended_ns_; }
    // The wall clock continues.
    void suspend_ns(std::int64_t for_ns) noexcept {
        suspended_ns_ += for_ns;
        offset_ns_ += for_ns;
    }

private:
    std::atomic<std::int64_t> now_ns_{1'000'000'000};
    std::int64_t offset_ns_ = 1'700'000'000'000'000'000;
    std::int64_t suspended_ns_ = 0;
};

} // namespace tactus::time
