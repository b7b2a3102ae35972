// SPDX-License-Identifier: MIT
// Time spans as people write them: "250ms", "1.5s", "20us", "2min". Pure text functions.
//   span = digits ["." digits] unit      unit = "ns" | "us" | "ms" | "s" | "m" | "min" | "h"
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace stream_in {

/// Longer spans are refused: the kernel schedules nothing that far ahead.
inline constexpr std::chrono::hours span_max{24};

/// A span of 0 to span_max, to the nearest nanosecond; nothing if the text is not a span.
[[nodiscard]] std::optional<std::chrono::nanoseconds> read_span(std::string_view text) noexcept;

/// The same for a number of seconds.
[[nodiscard]] std::optional<std::chrono::nanoseconds> span_of(double seconds) noexcept;

} // namespace stream_in
