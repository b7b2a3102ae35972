// SPDX-License-Identifier: MIT
// The buckets in which lateness and short durations are counted, by the flow, the loop and plugins.
#pragma once

#include <array>
#include <cstdint>

namespace tactus::base {

// Units: ns. Reference points: 0.32 ms one byte on a MIDI DIN wire, 0.96 ms a three-byte message,
// 2.7 ms a JACK period of 128 frames, 5 ms where jitter becomes noticeable.
inline constexpr std::array<std::int64_t, 14> lateness_bounds_ns = {
    10'000,    25'000,    50'000,    100'000,    250'000,    500'000,    1'000'000,
    2'000'000, 3'000'000, 5'000'000, 10'000'000, 20'000'000, 50'000'000, 100'000'000};

} // namespace tactus::base
