// SPDX-License-Identifier: MIT
// How much of a queue: events, and the bytes of their payloads. Limits and fill levels are such.
#pragma once

#include <cstdint>

namespace tactus::flow {

struct amount {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;

    constexpr amount& operator+=(const amount& other) noexcept {
        events += other.events;
        bytes += other.bytes;
        return *this;
    }
    constexpr amount& operator-=(const amount& other) noexcept {
        events -= other.events;
        bytes -= other.bytes;
        return *this;
    }
    friend constexpr amount operator+(amount a, const amount& b) noexcept { return a += b; }
    friend constexpr amount operator-(amount a, const amount& b) noexcept { return a -= b; }
    friend constexpr bool operator==(const amount&, const amount&) noexcept = default;
};

} // namespace tactus::flow
