// SPDX-License-Identifier: MIT
// Checks at compile time whether a default in TOML is a value of its option. The kernel would
// refuse every default that this refuses, in every configuration. Constant expressions only, and
// nothing to call.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include <tactus/option.h>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// A number, a duration in ns, a size or a rate; `is_good`: it is one.
struct toml_number {
    bool is_good = false;
    std::int64_t whole = 0;
    double real = 0; // FLOAT and RATE
};

constexpr bool is_digit_of(char c, int base) noexcept {
    const bool is_low = c >= '0' && c < '0' + (base < 10 ? base : 10);
    return is_low || (base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
}

/// As many digits as there are; each underscore between two. Empty if it begins with none.
constexpr std::string_view toml_digits(std::string_view text, int base = 10) noexcept {
    std::size_t size = 0;
    while (size < text.size() && (is_digit_of(text[size], base) ||
                                  (text[size] == '_' && size > 0 && text[size - 1] != '_' &&
                                   size + 1 < text.size() && is_digit_of(text[size + 1], base)))) {
        ++size;
    }
    return text.substr(0, size);
}

/// Adds a digit behind the others; false if that does not fit 64 bits with a sign.
constexpr bool append_digit(std::int64_t& to, std::int64_t digit, int base) noexcept {
    if (to < (std::numeric_limits<std::int64_t>::min() + digit) / base) {
        return false;
    }
    to = to * base - digit; // below 0: there is one value more
    return true;
}

constexpr toml_number toml_integer(std::string_view text) noexcept {
    const bool is_signed = text.starts_with('-') || text.starts_with('+');
    const bool is_negative = text.starts_with('-');
    text.remove_prefix(is_signed ? 1 : 0);
    const int base = text.starts_with("0x")   ? 16
                     : text.starts_with("0o") ? 8
                     : text.starts_with("0b") ? 2
                                              : 10;
    text.remove_prefix(base != 10 ? 2 : 0);
    const bool has_zero_before = base == 10 && text.size() > 1 && text.front() == '0';
    if (text.empty() || toml_digits(text, base).size() != text.size() || has_zero_before) {
        return {};
    }
    std::int64_t below = 0;
    for (const char c : text) {
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        if (c != '_' && !append_digit(below, digit, base)) {
            return {};
        }
    }
    if (!is_negative && below == std::numeric_limits<std::int64_t>::min()) {
        return {};
    }
    const std::int64_t value = is_negative ? below : -below;
    return {true, value, static_cast<double>(value)};
}

/// The exponent of "e-3"; 10'000 or more if it is invalid or too large.
constexpr int toml_exponent(std::string_view text) noexcept {
    const bool is_negative = text.starts_with('-');
    text.remove_prefix(is_negative || text.starts_with('+') ? 1 : 0);
    int value = text.empty() || toml_digits(text).size() != text.size() ? 10'000 : 0;
    for (const char c : text) {
        value = c == '_' || value >= 10'000 ? value : value * 10 + (c - '0');
    }
    return is_negative && value < 10'000 ? -value : value;
}

constexpr toml_number toml_float(std::string_view text) noexcept {
    if (const toml_number whole = toml_integer(text); whole.is_good) {
        return whole;
    }
    const bool is_negative = text.starts_with('-');
    text.remove_prefix(is_negative || text.starts_with('+') ? 1 : 0);
    const std::string_view digits = toml_digits(text);
    text.remove_prefix(digits.size());
    bool is_good = !digits.empty() && (digits.size() == 1 || digits.front() != '0');
    std::string_view fraction;
    if (text.starts_with('.')) {
        fraction = toml_digits(text.substr(1));
        is_good = is_good && !fraction.empty();
        text.remove_prefix(fraction.size() + 1);
    } else if (text.empty()) { // it would be an integer
        return {};
    }
    const bool has_exponent = text.starts_with('e') || text.starts_with('E');
    const int exponent = has_exponent ? toml_exponent(text.substr(1)) : 0;
    const bool is_whole = has_exponent || text.empty();
    if (!is_good || !is_whole || exponent + static_cast<int>(digits.size()) > 308) {
        return {};
    }
    double value = 0;
    int scale = exponent;
    for (const std::string_view part : {digits, fraction}) {
        for (const char c : part) {
            value = c == '_' ? value : value * 10 + (c - '0');
            scale -= c != '_' && part.data() == fraction.data() ? 1 : 0;
        }
    }
    for (; scale != 0 && scale > -400; scale += scale < 0 ? 1 : -1) {
        value = scale < 0 ? value / 10 : value * 10;
    }
    return {true, 0, is_negative ? -value : value};
}

/// The inside of "..." or '...', """...""" or '''...''', which is all of the text; `is_good`: it is
/// one, without a NUL character.
struct toml_text {
    bool is_good = false;
    std::string_view inside{};
};

constexpr std::size_t toml_escape_size(std::string_view text, bool may_end_line) noexcept {
    const char name = text.size() > 1 ? text[1] : '\0';
    const std::size_t digits = name == 'u' ? 4 : name == 'U' ? 8 : 0;
    if (digits != 0) {
        const std::string_view hex = text.substr(2, digits);
        bool is_good = hex.size() == digits && hex.find_first_not_of('0') != hex.npos;
        for (const char c : hex) {
            is_good = is_good && is_digit_of(c, 16);
        }
        return is_good ? digits + 2 : 0;
    }
    const bool is_known = std::string_view("btnfr\"\\").find(name) != std::string_view::npos;
    const bool is_line_end =
        may_end_line && std::string_view(" \t\r\n").find(name) != std::string_view::npos;
    return text.size() > 1 && (is_known || is_line_end) ? 2 : 0;
}

/// The characters of a text, from its first mark to its last; 0 if it has no end, or a character
/// that TOML does not have there.
constexpr std::size_t toml_text_size(std::string_view text) noexcept {
    const char mark = text.empty() ? '\0' : text.front();
    if (mark != '"' && mark != '\'') {
        return 0;
    }
    const bool has_lines = text.size() >= 3 && text[1] == mark && text[2] == mark;
    const std::size_t marks = has_lines ? 3 : 1;
    for (std::size_t i = marks; i < text.size();) {
        if (text[i] == mark && (!has_lines || (text.substr(i, 3) == text.substr(0, 3) &&
                                               text.substr(i + 1, 3) != text.substr(0, 3)))) {
            return i + marks;
        }
        const bool is_escape = mark == '"' && text[i] == '\\';
        const std::size_t step = is_escape ? toml_escape_size(text.substr(i), has_lines) : 1;
        const bool is_line_end = text[i] == '\n' || text[i] == '\r';
        const auto code = static_cast<unsigned char>(text[i]);
        const bool is_control = (code < ' ' && code != '\t') || code == 127;
        if (step == 0 || (is_control && !(has_lines && is_line_end))) {
            return 0;
        }
        i += step;
    }
    return 0;
}

constexpr toml_text toml_text_of(std::string_view text) noexcept {
    if (text.empty() || toml_text_size(text) != text.size()) {
        return {};
    }
    const bool has_lines = text.size() >= 6 && text[1] == text[0] && text[2] == text[0];
    const std::size_t marks = has_lines ? 3 : 1;
    return {true, text.substr(marks, text.size() - 2 * marks)};
}

/// "20ms": digits, perhaps a fraction, and one of the units; in whole parts of the smallest.
struct toml_unit {
    std::string_view name;
    std::int64_t scale;
};

template <std::size_t N>
constexpr toml_number toml_quantity(std::string_view text, const toml_unit (&units)[N],
                                    bool may_be_negative, bool may_be_fraction) noexcept {
    const bool is_negative = may_be_negative && text.starts_with('-');
    text.remove_prefix(is_negative ? 1 : 0);
    const auto take_digits = [&text] {
        std::size_t size = 0;
        while (size < text.size() && is_digit_of(text[size], 10)) {
            ++size;
        }
        const std::string_view digits = text.substr(0, size);
        text.remove_prefix(size);
        return digits;
    };
    const std::string_view whole = take_digits();
    std::string_view fraction;
    if (may_be_fraction && text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = take_digits();
        if (fraction.empty()) {
            return {};
        }
    }
    std::int64_t scale = 0;
    for (const toml_unit& unit : units) {
        scale = unit.name == text ? unit.scale : scale;
    }
    std::int64_t below = 0;
    bool is_good = !whole.empty() && scale != 0;
    for (const char c : whole) {
        is_good = is_good && append_digit(below, c - '0', 10);
    }
    is_good = is_good && below >= -std::numeric_limits<std::int64_t>::max() / (is_good ? scale : 1);
    below = is_good ? below * scale : 0;
    for (const char c : fraction) {
        is_good = is_good && (scale % 10 == 0 || c == '0');
        scale /= 10;
        const std::int64_t part = (c - '0') * scale;
        is_good = is_good && below >= -std::numeric_limits<std::int64_t>::max() + part;
        below -= is_good ? part : 0;
    }
    const std::int64_t value = is_negative ? below : -below;
    return {is_good, value, static_cast<double>(value)};
}

/// A value of one of the types that have a range.
constexpr toml_number toml_number_of(std::uint32_t type, std::string_view toml) noexcept {
    constexpr toml_unit durations[] = {{"ns", 1},
                                       {"us", 1'000},
                                       {"ms", 1'000'000},
                                       {"s", 1'000'000'000},
                                       {"m", 60'000'000'000},
                                       {"h", 3'600'000'000'000}};
    constexpr toml_unit sizes[] = {
        {"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    constexpr toml_unit rates[] = {{"/s", 1'000'000}, {"/m", 1'000'000}, {"/h", 1'000'000}};
    const toml_text text = toml_text_of(toml);
    switch (type) {
    case TACTUS_OPT_INT:
        return toml_integer(toml);
    case TACTUS_OPT_FLOAT:
        return toml_float(toml);
    case TACTUS_OPT_DURATION:
        return text.is_good ? toml_quantity(text.inside, durations, true, true) : toml_number{};
    case TACTUS_OPT_BYTES:
        return text.is_good ? toml_quantity(text.inside, sizes, false, false) : toml_integer(toml);
    case TACTUS_OPT_RATE: {
        toml_number rate =
            text.is_good ? toml_quantity(text.inside, rates, false, true) : toml_number{};
        const char per = rate.is_good ? text.inside.back() : 's';
        rate.real /= 1e6 * (per == 'h' ? 3600 : per == 'm' ? 60 : 1);
        rate.whole = 0; // a rate is compared as a real number
        return rate;
    }
    default:
        return {};
    }
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
