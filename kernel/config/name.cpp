// SPDX-License-Identifier: MIT
#include "kernel/config/name.hpp"

#include "kernel/config/settings.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>

namespace tactus::config {
namespace {

bool is_name_start(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_name_character(char c) noexcept {
    return is_name_start(c) || c == '-' || c == '_';
}

} // namespace

result<void, complaint> check_name(std::string_view name) {
    if (name.size() > name_size_max) {
        return unexpected<complaint>({"the name has " + std::to_string(name.size()) +
                                      " characters; expected at most " +
                                      std::to_string(name_size_max)});
    }
    if (!name.empty() && is_name_start(name.front()) &&
        std::all_of(name.begin(), name.end(), is_name_character)) {
        return {};
    }
    std::string better;
    for (const char c : name) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool is_gap = lower == ' ' || lower == '.' || lower == '/';
        better += is_name_character(lower) ? std::string(1, lower) : is_gap ? "-" : "";
    }
    better.erase(0, std::min(better.find_first_not_of("-_"), better.size()));
    return unexpected<complaint>(
        {quoted(name) + " is not a valid name; expected lower-case letters, digits, - and _, with "
                        "a letter or digit first",
         better.empty() ? "" : "did you mean " + quoted(better) + "?"});
}

} // namespace tactus::config
