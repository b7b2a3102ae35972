// SPDX-License-Identifier: MIT
#include "port_match.hpp"

#include <tactus/cpp/utf8.hpp>

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
    const std::string_view begin = tactus::cut_between_characters(text, bytes_max - hash_max);
    return std::string(begin) + " ~" + std::to_string(hash);
}

std::string port_key(std::string_view name) {
    constexpr std::size_t whole_max = 250; // leaves room for " #64", which distinguishes twins
    return shortened(without_numbers(name), whole_max);
}

std::string renamed_text(const std::string& asked, const std::string& given) {
    return "JACK calls us \"" + given + "\", as another client has the name \"" + asked +
           "\": connections that patch bays saved for that name do not reach us. Give each daemon "
           "a `client` of its own.";
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
