// SPDX-License-Identifier: MIT
#include "tests/tidy/layer_rules.hpp"

#include <algorithm>
#include <sstream>

namespace tactus::tidy {

namespace {

struct table_line {
    std::size_t number;
    std::string text;
};

std::vector<table_line> lines_of(std::string_view text) {
    std::vector<table_line> lines;
    std::istringstream stream{std::string(text)};
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (!line.empty() && !line.starts_with('#')) {
            lines.push_back({number, line});
        }
    }
    return lines;
}

std::string without_brackets(const std::string& header) {
    const bool has_them = header.size() > 2 && header.front() == '<' && header.back() == '>';
    return has_them ? header.substr(1, header.size() - 2) : std::string();
}

bool take_line(layer_rules& into, const std::string& text) {
    std::istringstream words(text);
    std::string kind;
    std::string first;
    words >> kind >> first;
    std::vector<std::string> rest;
    for (std::string word; words >> word;) {
        rest.push_back(word);
    }
    const std::string header = without_brackets(first);
    if (kind == "floor" && !rest.empty() && first.find_first_not_of("0123456789.") > first.size()) {
        into.folders.push_back({std::stod(first), rest});
    } else if (kind == "only" && !rest.empty()) {
        into.narrowings.push_back({first, rest});
    } else if (kind == "home" && !rest.empty() && !header.empty()) {
        into.homes.push_back({header, rest});
    } else if (kind == "linux" && rest.empty() && !header.empty()) {
        into.linux_headers.push_back(header);
    } else if (kind == "system" && rest.empty() && !header.empty()) {
        into.system_headers.push_back(header);
    } else {
        return false;
    }
    return true;
}

} // namespace

bool matches(std::string_view pattern, std::string_view text) noexcept {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) {
        return pattern == text;
    }
    const std::string_view end = pattern.substr(star + 1);
    return text.size() >= star + end.size() && text.starts_with(pattern.substr(0, star)) &&
           text.ends_with(end);
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(patterns, [&](const auto& each) { return matches(each, text); });
}

std::optional<layer_rules> parse_layer_rules(std::string_view text, std::string& why) {
    layer_rules read;
    for (const table_line& line : lines_of(text)) {
        if (!take_line(read, line.text)) {
            why = "line " + std::to_string(line.number) + " cannot be read: " + line.text;
            return std::nullopt;
        }
    }
    return read;
}

std::optional<std::vector<exception>> parse_exceptions(std::string_view text, std::string& why) {
    std::vector<exception> read;
    for (const table_line& line : lines_of(text)) {
        const std::size_t path_end = line.text.find(": ");
        const std::size_t rule_end = line.text.find(": ", std::min(path_end, line.text.size()) + 2);
        if (path_end == std::string::npos || rule_end == std::string::npos ||
            line.text.find_first_not_of(' ', rule_end + 2) == std::string::npos) {
            why = "line " + std::to_string(line.number) + " is not `path: rule: reason`";
            return std::nullopt;
        }
        read.push_back({line.text.substr(0, path_end),
                        line.text.substr(path_end + 2, rule_end - path_end - 2), line.number});
    }
    return read;
}

} // namespace tactus::tidy
