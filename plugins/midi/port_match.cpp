// SPDX-License-Identifier: MIT
#include "port_match.hpp"

#include <cstdint>

namespace midi {
namespace {

template <class Accepts>
std::vector<std::size_t> select(std::span<const std::string> names, Accepts accepts) {
    std::vector<std::size_t> selected;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (accepts(std::string_view(names[i]))) {
            selected.push_back(i);
        }
    }
    return selected;
}

} // namespace

std::string shortened(std::string_view text, std::size_t bytes_max) {
    constexpr std::size_t hash_max = 15; // " ~4294967295", and some
    if (text.size() <= bytes_max) {
        return std::string(text);
    }
    std::uint32_t hash = 2166136261; // FNV-1a
    for (const char each : text) {
        hash = (hash ^ static_cast<unsigned char>(each)) * 16777619;
    }
    std::size_t end = bytes_max - hash_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end; // not inside a character
    }
    return std::string(text.substr(0, end)) + " ~" + std::to_string(hash);
}

std::string port_key(std::string_view name) {
    constexpr std::size_t whole_max = 250; // leaves room for " #64", which tells twins apart
    return shortened(without_numbers(name), whole_max);
}

// Only the last `*` is ever tried again: what an earlier one could take instead, the last can too.
bool matches_pattern(std::string_view pattern, std::string_view name) noexcept {
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

std::vector<std::size_t> find_ports(std::span<const std::string> names, std::string_view wanted) {
    if (wanted.find('*') != std::string_view::npos) {
        const std::vector<std::size_t> found = select(names, [wanted](std::string_view name) {
            return matches_pattern(wanted, name) || matches_pattern(wanted, without_numbers(name));
        });
        return found.empty() ? find_all(names, wanted) : found;
    }
    tactus::name_fit best = tactus::name_fit::none;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const tactus::name_fit fit = tactus::fit_of(names[i], wanted);
        if (fit < best) {
            found.clear();
            best = fit;
        }
        if (fit == best && fit != tactus::name_fit::none) {
            found.push_back(i);
        }
    }
    return found;
}

std::vector<std::size_t> find_all(std::span<const std::string> names, std::string_view pattern) {
    const std::string small = tactus::folded(pattern);
    return select(names, [&small](std::string_view name) {
        const std::string folded = tactus::folded(name);
        return matches_pattern(small, folded) || matches_pattern(small, without_numbers(folded));
    });
}

std::string renamed_text(const std::string& asked, const std::string& given) {
    return "JACK calls us \"" + given + "\", as another client has the name \"" + asked +
           "\": what patch bays saved for that name does not reach us. Give each daemon a `client` "
           "of its own.";
}

std::string did_you_mean(std::span<const std::string> names, std::string_view wanted) {
    std::vector<std::string_view> plain;
    for (const std::string& each : names) {
        plain.push_back(without_numbers(each));
    }
    std::string without_stars(wanted);
    std::erase(without_stars, '*');
    const std::string_view nearest = tactus::nearest_name(without_stars, plain);
    return nearest.empty() ? std::string() : " Did you mean \"" + std::string(nearest) + "\"?";
}

} // namespace midi
