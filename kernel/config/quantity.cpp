// SPDX-License-Identifier: MIT
// Decimal fractions are summed digit by digit in whole nanoseconds: "0.1s" is exactly 100 ms.
#include "kernel/config/quantity.hpp"

#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

namespace tactus::config {
namespace {

struct unit {
    std::string_view name;
    std::int64_t scale;
};

constexpr std::array<unit, 6> duration_units{{{"ns", 1},
                                              {"us", 1'000},
                                              {"ms", 1'000'000},
                                              {"s", 1'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"h", 3'600'000'000'000}}};
constexpr std::array<unit, 5> size_units{
    {{"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};
constexpr std::array<unit, 3> rate_units{{{"/s", 1}, {"/m", 60}, {"/h", 3600}}};

// Common wrong spellings, and their meanings.
struct habit {
    std::string_view written, meant;
};
constexpr std::array<habit, 15> duration_habits{{{"sec", "s"},
                                                 {"secs", "s"},
                                                 {"second", "s"},
                                                 {"seconds", "s"},
                                                 {"msec", "ms"},
                                                 {"millis", "ms"},
                                                 {"usec", "us"},
                                                 {"\u00b5s", "us"},
                                                 {"\u03bcs", "us"},
                                                 {"min", "m"},
                                                 {"mins", "m"},
                                                 {"minutes", "m"},
                                                 {"hour", "h"},
                                                 {"hours", "h"},
                                                 {"S", "s"}}};
constexpr std::array<habit, 10> size_habits{{{"K", "KiB"},
                                             {"k", "KiB"},
                                             {"kB", "KiB"},
                                             {"KB", "KiB"},
                                             {"M", "MiB"},
                                             {"MB", "MiB"},
                                             {"mb", "MiB"},
                                             {"G", "GiB"},
                                             {"GB", "GiB"},
                                             {"kib", "KiB"}}};
constexpr std::array<habit, 8> rate_habits{{{"/sec", "/s"},
                                            {"/second", "/s"},
                                            {"Hz", "/s"},
                                            {"hz", "/s"},
                                            {"/min", "/m"},
                                            {"/minute", "/m"},
                                            {"/hour", "/h"},
                                            {"", "/s"}}};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// A text split into digits, digits of the fraction, and the rest.
struct parts {
    std::string_view whole, fraction, rest;
    bool has_point = false;
};

parts split(std::string_view text) {
    const auto take_digits = [&text] {
        const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
        const auto n = static_cast<std::size_t>(end - text.begin());
        const std::string_view digits = text.substr(0, n);
        text.remove_prefix(n);
        return digits;
    };
    parts out;
    out.whole = take_digits();
    if (text.starts_with('.')) {
        out.has_point = true;
        text.remove_prefix(1);
        out.fraction = take_digits();
    }
    out.rest = text;
    return out;
}

bool is_number(const parts& number) {
    return !number.whole.empty() && (!number.has_point || !number.fraction.empty());
}

// Units are case-sensitive: "5M" could mean minutes or mega.
template <std::size_t N>
const unit* find_unit(const std::array<unit, N>& units, std::string_view name) {
    const auto it =
        std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
    return it == units.end() ? nullptr : &*it;
}

// "10 ms" and "10sec" -> `did you mean "10ms"?`
template <std::size_t N, std::size_t M>
std::string spelling_hint(std::string_view text, const std::array<unit, N>& units,
                          const std::array<habit, M>& habits) {
    std::string packed;
    std::copy_if(text.begin(), text.end(), std::back_inserter(packed),
                 [](char c) { return std::isspace(static_cast<unsigned char>(c)) == 0; });
    const bool is_negative = packed.starts_with('-');
    const parts number = split(std::string_view(packed).substr(is_negative ? 1 : 0));
    const auto it = std::find_if(habits.begin(), habits.end(),
                                 [&](const habit& h) { return h.written == number.rest; });
    const bool is_unit = find_unit(units, number.rest) != nullptr && packed != text;
    if (!is_number(number) || (it == habits.end() && !is_unit)) {
        return {};
    }
    const std::string_view head =
        std::string_view(packed).substr(0, packed.size() - number.rest.size());
    const std::string_view tail = is_unit ? number.rest : it->meant;
    return "did you mean " + quoted(std::string(head) + std::string(tail)) + "?";
}

// number * scale, exactly; nullopt if it overflows or leaves a fraction.
std::optional<std::int64_t> scaled(const parts& number, std::int64_t scale) {
    std::int64_t total = 0;
    for (const char digit : number.whole) {
        std::int64_t step = 0;
        if (__builtin_mul_overflow(digit - '0', scale, &step) ||
            __builtin_mul_overflow(total, std::int64_t{10}, &total) ||
            __builtin_add_overflow(total, step, &total)) {
            return std::nullopt;
        }
    }
    for (const char digit : number.fraction) {
        if (scale % 10 != 0 && digit != '0') {
            return std::nullopt;
        }
        scale /= 10;
        if (__builtin_add_overflow(total, (digit - '0') * scale, &total)) {
            return std::nullopt;
        }
    }
    return total;
}

unexpected<complaint> wrong(std::string_view text, std::string_view what, std::string hint) {
    return unexpected<complaint>({quoted(text) + " is not " + std::string(what), std::move(hint)});
}

} // namespace

result<std::int64_t, complaint> parse_duration(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    const parts number = split(text.substr(is_negative ? 1 : 0));
    const unit* const found = find_unit(duration_units, number.rest);
    if (!is_number(number) || found == nullptr) {
        return wrong(text, "a duration; expected a number with ns, us, ms, s, m or h, like \"10m\"",
                     spelling_hint(text, duration_units, duration_habits));
    }
    const std::optional<std::int64_t> total = scaled(number, found->scale);
    if (!total) {
        return wrong(text, "a whole number of nanoseconds that fits 64 bits", {});
    }
    return is_negative ? -*total : *total;
}

result<std::int64_t, complaint> parse_size(std::string_view text) {
    const parts number = split(text);
    const unit* const found = find_unit(size_units, number.rest);
    if (!is_number(number) || number.has_point || found == nullptr) {
        return wrong(text,
                     "a size; expected a whole number with B, KiB, MiB or GiB, like \"64KiB\"",
                     spelling_hint(text, size_units, size_habits));
    }
    const std::optional<std::int64_t> total = scaled(number, found->scale);
    if (!total) {
        return wrong(text, "a number of bytes that fits 64 bits", {});
    }
    return *total;
}

result<double, complaint> parse_rate(std::string_view text) {
    constexpr std::int64_t millionth = 1'000'000;
    const parts number = split(text);
    const unit* const found = find_unit(rate_units, number.rest);
    if (!is_number(number) || found == nullptr) {
        return wrong(text, "a rate; expected a number with /s, /m or /h, like \"2000/s\"",
                     spelling_hint(text, rate_units, rate_habits));
    }
    const std::optional<std::int64_t> millionths = scaled(number, millionth);
    if (!millionths) {
        return wrong(text, "a rate of at most six decimals", {});
    }
    return static_cast<double>(*millionths) / static_cast<double>(millionth * found->scale);
}

} // namespace tactus::config
