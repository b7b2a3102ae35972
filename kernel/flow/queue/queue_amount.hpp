// SPDX-License-Identifier: MIT
// An amount in a queue: events, and the bytes of their payloads. Used for limits and fill levels.
#pragma once

#include <cstdint>

namespace tactus::flow {

struct queue_amount {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;

    constexpr queue_amount& operator+=(const queue_amount& other) noexcept {
        events += other.events;
        bytes += other.bytes;
        return *this;
    }
    constexpr queue_amount& operator-=(const queue_amount& other) noexcept {
        events -= other.events;
        bytes -= other.bytes;
        return *this;
    }
    friend constexpr queue_amount operator+(queue_amount a, const queue_amount& b) noexcept {
        return a += b;
    }
    friend constexpr queue_amount operator-(queue_amount a, const queue_amount& b) noexcept {
        return a -= b;
    }
    friend constexpr bool operator==(const queue_amount&, const queue_amount&) noexcept = default;
};

} // namespace tactus::flow
