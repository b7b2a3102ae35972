// SPDX-License-Identifier: MIT
// Numbers with a unit, as written in quotes in the configuration. Strict: no blanks, no signs
// except a minus, no exponents; text that is one character off gets a hint.
//
//   duration := ["-"] number ("ns" | "us" | "ms" | "s" | "m" | "h")
//   size     := digits ["B" | "KiB" | "MiB" | "GiB"]
//   rate     := number "/" ("s" | "m" | "h")
//   number   := digits ["." digits]
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/diagnostic.hpp"

#include <cstdint>
#include <string_view>

namespace tactus::config {

// Units: nanoseconds. Bounds: must fit 64 bits, and be a whole number of nanoseconds.
[[nodiscard]] result<std::int64_t, complaint> parse_duration(std::string_view text);

// Units: bytes.
[[nodiscard]] result<std::int64_t, complaint> parse_size(std::string_view text);

// Units: 1/s.
[[nodiscard]] result<double, complaint> parse_rate(std::string_view text);

} // namespace tactus::config
