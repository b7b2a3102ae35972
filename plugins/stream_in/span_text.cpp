// SPDX-License-Identifier: MIT
#include "span_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace stream_in {
namespace {

struct unit {
    std::string_view name;
    double seconds;
};
// The units of the configuration, plus "min", which cannot be read as meters or months.
constexpr std::array<unit, 7> units{
    {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}}};

// Returns 0 if it is not a unit.
double size_of_unit(std::string_view name) noexcept {
    const auto* const found = std::find_if(units.begin(), units.end(),
                                           [&](const unit& each) { return each.name == name; });
    return found != units.end() ? found->seconds : 0;
}

} // namespace

std::optional<std::chrono::nanoseconds> span_of(double seconds) noexcept {
    constexpr double most = std::chrono::duration<double>(span_max).count();
    if (!(seconds >= 0 && seconds <= most)) { // also rejects NaN
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
