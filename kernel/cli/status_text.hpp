// SPDX-License-Identifier: MIT
// The text of `tactus status`. Pure: it returns text.
#pragma once

#include "kernel/control/status_report.hpp"

#include <string>

namespace tactus::cli {

// `earlier`: the report of `seconds` before, for rates; nullptr: none. Units: s, above 0.
[[nodiscard]] std::string status_text(const control::status_report& now,
                                      const control::status_report* earlier = nullptr,
                                      double seconds = 1);

// "3 s", "12 min 5 s", "2 h 40 min", "5 d 3 h". Bounds: not negative.
[[nodiscard]] std::string span_text(double seconds);

} // namespace tactus::cli
