// SPDX-License-Identifier: MIT
#include "port_match.hpp"

#include <cstdint>

namespace midi {
namespace {

std::size_t digits_before(std::string_view text, std::size_t end) noexcept {
    std::size_t begin = end;
    while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') {
        --begin;
    }
    return end - begin;
}

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

std::string_view without_numbers(std::string_view name) noexcept {
    const std::size_t port = digits_before(name, name.size());
    std::size_t end = name.size() - port;
    if (port == 0 || end == 0 || name[end - 1] != ':') {
        return name;
    }
    const std::size_t client = digits_before(name, end - 1);
    end -= 1 + client;
    if (client == 0 || end < 2 || name[end - 1] != ' ') {
        return name;
    }
    return name.substr(0, end - 1);
}

std::string port_key(std::string_view name) {
    constexpr std::size_t begin_max = 235; // leaves room for " #64", which tells twins apart
    constexpr std::size_t whole_max = 250;
    const std::string_view plain = without_numbers(name);
    if (plain.size() <= whole_max) {
        return std::string(plain);
    }
    std::uint32_t hash = 2166136261; // FNV-1a
    for (const char each : plain) {
        hash = (hash ^ static_cast<unsigned char>(each)) * 16777619;
    }
    std::size_t end = begin_max;
    while (end > 0 && (static_cast<unsigned char>(plain[end]) & 0xC0) == 0x80) {
        --end; // not inside a character
    }
    return std::string(plain.substr(0, end)) + " ~" + std::to_string(hash);
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
        return select(names, [wanted](std::string_view name) {
            return matches_pattern(wanted, name) || matches_pattern(wanted, without_numbers(name));
        });
    }
    std::vector<std::size_t> exact =
        select(names, [wanted](std::string_view name) { return name == wanted; });
    if (exact.empty()) {
        exact = select(names,
                       [wanted](std::string_view name) { return without_numbers(name) == wanted; });
    }
    if (!exact.empty() || wanted.empty()) {
        return exact;
    }
    return select(names, [wanted](std::string_view name) {
        return name.find(wanted) != std::string_view::npos;
    });
}

} // namespace midi
