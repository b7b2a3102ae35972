// SPDX-License-Identifier: MIT
// Numbers for people. Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace tactus::cli {

// At least so many significant digits, without an exponent and without zeros at the end: "1190",
// "0.25", "0.00001". Bounds: |value| < 1e15, else with an exponent; 1 to 15 digits.
[[nodiscard]] inline std::string number_text(double value, int digits = 3) {
    char text[64];
    if (!(std::abs(value) < 1e15)) {
        std::snprintf(text, sizeof text, "%.*g", digits, value);
        return text;
    }
    const int before_point =
        value == 0 ? 1 : 1 + static_cast<int>(std::floor(std::log10(std::abs(value))));
    const int decimals = std::clamp(digits - before_point, 0, 15);
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    std::string out = text;
    if (decimals > 0) {
        out.erase(out.find_last_not_of('0') + 1);
        out.erase(out.find_last_not_of('.') + 1);
    }
    return out;
}

} // namespace tactus::cli
