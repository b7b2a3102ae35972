// SPDX-License-Identifier: MIT
// Determines which port a written name means: the one rule for `port` in a configuration and for
// the names that events ask for. Pure text. Allocates; not for the path of each event.
//
//   written "bus 1"   fits   "bus 1"                exactly
//                            "IAC Driver:bus 1"     exactly, as the port's part of the name
//                            "Bus 1"                except for case; then again the port's part
//                            "My bus 1 in"          as a part, ignoring case
//                   but not  "bus 10", "Bus 12 out": a number is no part of another number
//   written "*:bus*"         all that it matches as a whole; `*` stands for any text
//
// ALSA ends names in numbers that change with each plugging ("Synth:Synth MIDI 1 24:0"); names are
// compared with and without them.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus {
inline namespace v0_1 {

/// How well a name fits what was written; the best comes first.
enum class name_fit : std::uint8_t { exact, port_part, folded, folded_port_part, part, none };

namespace detail {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

inline std::size_t digits_before(std::string_view text, std::size_t end) noexcept {
    std::size_t begin = end;
    while (begin > 0 && is_digit(text[begin - 1])) {
        --begin;
    }
    return end - begin;
}

/// A cut at `at` would divide a number: "1|0", "1|.5", "1.|5".
inline bool divides_number(std::string_view text, std::size_t at) noexcept {
    const auto has_digit = [text](std::size_t i) { return i < text.size() && is_digit(text[i]); };
    if (at == 0 || at >= text.size()) {
        return false;
    }
    const bool is_before_point = text[at] == '.' && has_digit(at - 1) && has_digit(at + 1);
    const bool is_after_point =
        text[at - 1] == '.' && has_digit(at) && at >= 2 && has_digit(at - 2);
    return (has_digit(at - 1) && has_digit(at)) || is_before_point || is_after_point;
}

/// The lower-case letter of a character above ASCII: Latin, Greek and Cyrillic; all others map to
/// themselves. Bounds: 0x80 to 0x7FF, for the argument and the result: two bytes of UTF-8.
constexpr char32_t small_of(char32_t c) noexcept {
    const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    const bool is_even = c % 2 == 0;
    if ((within(0xC0, 0xDE) && c != 0xD7) || (within(0x391, 0x3A9) && c != 0x3A2) ||
        within(0x410, 0x42F)) {
        return c + 0x20;
    }
    if (within(0x400, 0x40F)) {
        return c + 0x50;
    }
    if (c == 0x178) {
        return 0xFF;
    }
    const bool is_pair_from_even = (within(0x100, 0x137) && c != 0x130) || within(0x14A, 0x177) ||
                                   within(0x460, 0x481) || within(0x48A, 0x4BF) ||
                                   within(0x4D0, 0x52F);
    const bool is_pair_from_odd = within(0x139, 0x148) || within(0x179, 0x17E);
    return c + ((is_pair_from_even && is_even) || (is_pair_from_odd && !is_even) ? 1U : 0U);
}

} // namespace detail

/// In lower case: ASCII, and Latin, Greek and Cyrillic letters of two bytes in UTF-8. As long as
/// the text; invalid UTF-8 is left unchanged.
inline std::string folded(std::string_view text) {
    std::string made(text);
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto byte = static_cast<unsigned char>(made[i]);
        if (byte >= 'A' && byte <= 'Z') {
            made[i] = static_cast<char>(byte + ('a' - 'A'));
        } else if (byte >= 0xC2 && byte <= 0xDF && i + 1 < made.size() &&
                   (static_cast<unsigned char>(made[i + 1]) & 0xC0U) == 0x80) {
            const auto next = static_cast<unsigned char>(made[i + 1]);
            const char32_t small = detail::small_of((byte & 0x1FU) << 6U | (next & 0x3FU));
            made[i] = static_cast<char>(0xC0U | small >> 6U);
            made[++i] = static_cast<char>(0x80U | (small & 0x3FU));
        }
    }
    return made;
}

/// Without a trailing " 24:0", if there is one.
inline std::string_view without_numbers(std::string_view name) noexcept {
    const std::size_t port = detail::digits_before(name, name.size());
    std::size_t end = name.size() - port;
    if (port == 0 || end == 0 || name[end - 1] != ':') {
        return name;
    }
    const std::size_t client = detail::digits_before(name, end - 1);
    end -= 1 + client;
    if (client == 0 || end < 2 || name[end - 1] != ' ') {
        return name;
    }
    return name.substr(0, end - 1);
}

namespace detail {

/// `written` is all that follows a colon, as "bus 1" in "IAC Driver:bus 1".
inline bool has_port_part(std::string_view name, std::string_view written) noexcept {
    if (name.size() <= written.size() || !name.ends_with(written)) {
        return false;
    }
    const std::size_t before = name.substr(0, name.size() - written.size()).find_last_not_of(' ');
    return before != std::string_view::npos && name[before] == ':';
}

inline bool has_part(std::string_view name, std::string_view written) noexcept {
    for (std::size_t at = name.find(written); at != std::string_view::npos;
         at = name.find(written, at + 1)) {
        if (!divides_number(name, at) && !divides_number(name, at + written.size())) {
            return true;
        }
    }
    return false;
}

inline name_fit fit_of_one(std::string_view name, std::string_view written) {
    if (written.empty()) {
        return name_fit::none;
    }
    if (name == written) {
        return name_fit::exact;
    }
    if (has_port_part(name, written)) {
        return name_fit::port_part;
    }
    const std::string small = folded(name);
    const std::string wanted = folded(written);
    if (small == wanted) {
        return name_fit::folded;
    }
    if (has_port_part(small, wanted)) {
        return name_fit::folded_port_part;
    }
    return has_part(small, wanted) ? name_fit::part : name_fit::none;
}

} // namespace detail

inline name_fit fit_of(std::string_view name, std::string_view written) {
    const std::string_view plain = without_numbers(name);
    const name_fit fit = detail::fit_of_one(name, written);
    return plain.size() == name.size() ? fit : std::min(fit, detail::fit_of_one(plain, written));
}

/// `*` stands for any text; matches the whole name. Time: O(pattern x name), for any contents.
// Only the last `*` is ever retried: the last one can take everything that an earlier one could
// take instead.
inline bool matches_pattern(std::string_view pattern, std::string_view name) noexcept {
    std::size_t at = 0;
    std::size_t in_name = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_name = 0;
    while (in_name < name.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            star_name = in_name;
        } else if (at < pattern.size() && pattern[at] == name[in_name]) {
            ++at;
            ++in_name;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in_name = ++star_name;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

/// The indices of all names that a pattern matches, with or without their numbers, ignoring case.
inline std::vector<std::size_t> find_all(std::span<const std::string> names,
                                         std::string_view pattern) {
    const std::string small = folded(pattern);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string name = folded(names[i]);
        if (matches_pattern(small, name) || matches_pattern(small, without_numbers(name))) {
            found.push_back(i);
        }
    }
    return found;
}

/// The indices in `names` that `wanted` can mean, best kind of match only: none, one, or several,
/// which the user must resolve. With a `*` it is a pattern, which is case-sensitive if that finds
/// any.
inline std::vector<std::size_t> find_ports(std::span<const std::string> names,
                                           std::string_view wanted) {
    const bool is_pattern = wanted.find('*') != std::string_view::npos;
    name_fit best = name_fit::none;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool is_match = is_pattern && (matches_pattern(wanted, names[i]) ||
                                             matches_pattern(wanted, without_numbers(names[i])));
        const name_fit fit = is_match     ? name_fit::exact
                             : is_pattern ? name_fit::none
                                          : fit_of(names[i], wanted);
        if (fit < best) {
            found.clear();
            best = fit;
        }
        if (fit == best && fit != name_fit::none) {
            found.push_back(i);
        }
    }
    return is_pattern && found.empty() ? find_all(names, wanted) : found;
}

namespace detail {

/// Edits (including swaps of neighbours) that make `written` a part of `name`; another digit is
/// another number, not a typing error. Time: the product of the lengths.
inline std::size_t edits_to_part(std::string_view written, std::string_view name) {
    constexpr std::size_t never = 100;
    const auto price = [](char a, char b) {
        return is_digit(a) || is_digit(b) ? never : std::size_t{1};
    };
    // By characters of `written`, for the last but one character of `name`, the last, and this one.
    std::vector<std::size_t> before(written.size() + 1);
    std::vector<std::size_t> last(written.size() + 1);
    std::vector<std::size_t> row(written.size() + 1); // [0] is 0: a part may begin anywhere
    for (std::size_t i = 1; i < row.size(); ++i) {
        last[i] = last[i - 1] + price(written[i - 1], written[i - 1]);
    }
    std::size_t best = last.back();
    for (std::size_t j = 0; j < name.size(); ++j) {
        for (std::size_t i = 1; i < row.size(); ++i) {
            const char mine = written[i - 1];
            const bool is_same = mine == name[j];
            row[i] = std::min({last[i - 1] + (is_same ? 0 : price(mine, name[j])),
                               last[i] + price(name[j], name[j]), row[i - 1] + price(mine, mine)});
            if (i > 1 && j > 0 && mine == name[j - 1] && written[i - 2] == name[j]) {
                row[i] = std::min(row[i], before[i - 2] + price(mine, name[j]));
            }
        }
        best = std::min(best, row.back());
        std::swap(before, last);
        std::swap(last, row);
    }
    return best;
}

} // namespace detail

/// The name that was most likely meant, for "did you mean": `written` with at most two errors is a
/// part of it, or with one if it is short. Empty if there is none. Bounds: names above 255 bytes
/// are ignored.
inline std::string_view nearest_name(std::string_view written,
                                     std::span<const std::string_view> names) {
    constexpr std::size_t bytes_max = 255;
    constexpr std::size_t slips_max = 2;
    std::string_view best;
    const std::size_t allowed = std::min(slips_max, written.size() / 3);
    std::size_t fewest = allowed + 1;
    if (written.size() > bytes_max || allowed == 0) {
        return best;
    }
    const std::string wanted = folded(written);
    for (const std::string_view each : names) {
        const std::size_t edits =
            each.size() > bytes_max ? fewest : detail::edits_to_part(wanted, folded(each));
        if (edits < fewest) {
            fewest = edits;
            best = each;
        }
    }
    return best;
}

} // namespace v0_1
} // namespace tactus
