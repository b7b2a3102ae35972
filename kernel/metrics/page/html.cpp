// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/html.hpp"

#include <tactus/cpp/utf8.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace tactus::metrics::page {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view narrow_space = "\xE2\x80\xAF";
constexpr std::int64_t ns_per_s = 1'000'000'000;

// Controls of C0 and C1, and those that change the direction of writing or are invisible.
bool is_control(std::uint32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0xFEFF ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F);
}

std::string_view entity_of(std::uint32_t c) noexcept {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\t':
        return " ";
    default:
        return {};
    }
}

} // namespace

void append_text(std::string& out, std::string_view text, std::size_t characters_max) {
    for (std::size_t n = 0; !text.empty(); ++n) {
        if (n == characters_max) {
            out += "\xE2\x80\xA6"; // an ellipsis
            return;
        }
        const code_point next = first_code_point(text);
        const std::string_view entity = next.is_valid ? entity_of(next.value) : std::string_view();
        out += !entity.empty()                            ? entity
               : !next.is_valid || is_control(next.value) ? replacement
                                                          : text.substr(0, next.size);
        text.remove_prefix(next.size);
    }
}

std::string escaped(std::string_view text, std::size_t characters_max) {
    std::string out;
    append_text(out, text, characters_max);
    return out;
}

std::string count_text(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, narrow_space);
    }
    return digits;
}

std::string rate_text(double per_s) {
    if (!(per_s >= 0.05)) {
        return "0";
    }
    if (per_s >= 99.95) {
        return count_text(static_cast<std::uint64_t>(std::llround(per_s)));
    }
    std::array<char, 16> text;
    const int size = std::snprintf(text.data(), text.size(), "%.1f", per_s);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

std::string span_text(std::int64_t span_ns) {
    const std::int64_t s = span_ns > 0 ? span_ns / ns_per_s : 0;
    if (s < 60) {
        return std::to_string(s) + " s";
    }
    if (s < 3600) {
        return std::to_string(s / 60) + " min";
    }
    if (s < 86'400) {
        const std::string minutes = std::to_string(s / 60 % 60);
        return std::to_string(s / 3600) + " h " + (minutes.size() < 2 ? "0" : "") + minutes +
               " min";
    }
    return std::to_string(s / 86'400) + " d " + std::to_string(s / 3600 % 24) + " h";
}

std::string bound_text(std::int64_t bound_ns) {
    return bound_ns < 1'000'000 ? std::to_string(bound_ns / 1'000) + " \xC2\xB5s"
                                : std::to_string(bound_ns / 1'000'000) + " ms";
}

std::string moment_text(std::int64_t unix_ns) {
    const std::time_t seconds = unix_ns / ns_per_s;
    std::tm parts{};
    std::array<char, 32> text;
    const std::size_t size =
        ::localtime_r(&seconds, &parts) == nullptr
            ? 0
            : std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
    return std::string(text.data(), size);
}

} // namespace tactus::metrics::page
