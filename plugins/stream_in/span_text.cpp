// SPDX-License-Identifier: MIT
#include "span_text.hpp"

#include <charconv>
#include <cmath>

namespace stream_in {
namespace {

// In seconds; 0 where it is no unit.
double size_of_unit(std::string_view unit) noexcept {
    if (unit == "us") {
        return 1e-6;
    }
    if (unit == "ms") {
        return 1e-3;
    }
    if (unit == "s") {
        return 1;
    }
    return unit == "min" ? 60 : 0;
}

} // namespace

std::optional<std::chrono::nanoseconds> span_of(double seconds) noexcept {
    constexpr double most = std::chrono::duration<double>(span_max).count();
    if (!(seconds >= 0 && seconds <= most)) { // also what is no number
        return std::nullopt;
    }
    return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

std::optional<std::chrono::nanoseconds> read_span(std::string_view text) noexcept {
    if (text.empty() || text.front() < '0' || text.front() > '9') { // from_chars reads "inf", "-1"
        return std::nullopt;
    }
    double amount = 0;
    const char* const end = text.data() + text.size();
    const auto [unit, error] = std::from_chars(text.data(), end, amount, std::chars_format::fixed);
    const double unit_s = size_of_unit(std::string_view(unit, end));
    if (error != std::errc() || unit_s == 0) {
        return std::nullopt;
    }
    return span_of(amount * unit_s);
}

} // namespace stream_in
