// SPDX-License-Identifier: MIT
#include "port_match.hpp"

#include <cstdint>

namespace midi {

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
    constexpr std::size_t whole_max = 250; // leaves room for " #64", which distinguishes twins
    return shortened(without_numbers(name), whole_max);
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
