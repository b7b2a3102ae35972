// SPDX-License-Identifier: MIT
#include "kernel/time/clock.hpp"

#include <ctime>

namespace tactus::time {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;

std::int64_t read_ns(clockid_t id) noexcept {
    timespec t{};
    ::clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * ns_per_s + t.tv_nsec;
}

} // namespace

std::int64_t real_clock::now_ns() const noexcept {
    return read_ns(CLOCK_MONOTONIC);
}

std::int64_t real_clock::unix_ns() const noexcept {
    return read_ns(CLOCK_REALTIME);
}

// The later reading comes last: an interruption between the two only lowers the result.
std::int64_t real_clock::suspended_ns() const noexcept {
    const std::int64_t with_ns = read_ns(CLOCK_BOOTTIME);
    return with_ns - read_ns(CLOCK_MONOTONIC);
}

} // namespace tactus::time
