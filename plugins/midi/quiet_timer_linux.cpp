// SPDX-License-Identifier: MIT
#include "quiet_timer.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

namespace midi {
namespace {

std::int64_t now_ns() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

} // namespace

quiet_timer::quiet_timer() noexcept
    : fd_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

quiet_timer::~quiet_timer() {
    if (fd_ >= 0) {
        close(fd_);
    }
}

void quiet_timer::begin(std::chrono::nanoseconds limit) noexcept {
    limit_ns_.store(limit.count(), std::memory_order_relaxed);
    ran();
}

void quiet_timer::ran() noexcept {
    const std::chrono::nanoseconds limit(limit_ns_.load(std::memory_order_relaxed));
    const std::int64_t now = now_ns();
    if (limit.count() > 0 && now - set_ns_.load(std::memory_order_relaxed) >= step.count()) {
        set_ns_.store(now, std::memory_order_relaxed);
        set(limit);
    }
}

void quiet_timer::cease() noexcept {
    limit_ns_.store(0, std::memory_order_relaxed);
    set(std::chrono::nanoseconds(0));
}

void quiet_timer::drain() noexcept {
    std::uint64_t times = 0;
    if (read(fd_, &times, sizeof times) == sizeof times) {
        has_expired_.store(true, std::memory_order_relaxed);
    }
}

void quiet_timer::set(std::chrono::nanoseconds in) noexcept {
    constexpr std::int64_t second = 1'000'000'000;
    itimerspec when{};
    when.it_value.tv_sec = in.count() / second;
    when.it_value.tv_nsec = in.count() % second;
    if (fd_ >= 0) {
        static_cast<void>(timerfd_settime(fd_, 0, &when, nullptr));
    }
}

} // namespace midi
