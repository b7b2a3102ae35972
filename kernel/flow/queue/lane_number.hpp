// SPDX-License-Identifier: MIT
// Which lane of its output an event waits in, and which lanes a cancellation takes.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/keep.hpp"

#include <tactus/event.h>

#include <cstdint>

namespace tactus::flow {

inline constexpr std::uint8_t normal_lane = 0;
inline constexpr std::uint8_t critical_lane = 1;
inline constexpr std::uint8_t real_time_lane = 2;
inline constexpr std::uint8_t lanes_count = 3;

// For a cell or a source with those flags.
[[nodiscard]] constexpr std::uint8_t lane_of(std::uint8_t flags) noexcept {
    if ((flags & event_cell::is_real_time) != 0) {
        return real_time_lane;
    }
    return (flags & TACTUS_EVENT_CRITICAL) != 0 ? critical_lane : normal_lane;
}
// The lanes below this one are cancelled.
[[nodiscard]] constexpr std::uint8_t lanes_cancelled(keep kept) noexcept {
    switch (kept) {
    case keep::critical:
        return critical_lane;
    case keep::real_time:
        return real_time_lane;
    case keep::nothing:
        break;
    }
    return lanes_count;
}

} // namespace tactus::flow
