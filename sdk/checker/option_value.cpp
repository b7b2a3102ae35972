// SPDX-License-Identifier: MIT
#include "option_value.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <span>
#include <vector>

namespace tactus::checker {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) {
        text.remove_suffix(1);
    }
    return text;
}

// The inside of "..." or '...'; none where it is neither, or has its own mark in it.
std::optional<std::string_view> quoted_text(std::string_view toml) {
    if (toml.size() < 2 || (toml.front() != '"' && toml.front() != '\'') ||
        toml.back() != toml.front()) {
        return std::nullopt;
    }
    const std::string_view inside = toml.substr(1, toml.size() - 2);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' && toml.front() == '"') {
            ++i;
        } else if (inside[i] == toml.front()) {
            return std::nullopt;
        }
    }
    return inside;
}

// The items of a list; a comma within quotation marks or brackets is part of its item.
std::vector<std::string_view> items_of(std::string_view list) {
    std::vector<std::string_view> items;
    std::string_view inside = trimmed(list.substr(1, list.size() - 2));
    char quote = '\0';
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= inside.size(); ++i) {
        const char c = i < inside.size() ? inside[i] : ',';
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            --depth;
        } else if (c == ',' && depth == 0) {
            if (const auto item = trimmed(inside.substr(begin, i - begin)); !item.empty()) {
                items.push_back(item);
            }
            begin = i + 1;
        }
    }
    return items;
}

std::optional<double> plain_number(std::string_view text) {
    std::string digits(text);
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    const char* begin = digits.data();
    const char* const end = begin + digits.size();
    begin += !digits.empty() && digits.front() == '+' ? 1 : 0;
    double value = 0;
    const auto [rest, failed] = std::from_chars(begin, end, value);
    return failed == std::errc{} && rest == end ? std::optional(value) : std::nullopt;
}

std::optional<double> with_unit(std::string_view text,
                                const std::map<std::string_view, double>& units) {
    const std::size_t split = std::min(text.find_first_not_of("+-0123456789._"), text.size());
    const std::optional<double> number = plain_number(text.substr(0, split));
    const auto unit = units.find(trimmed(text.substr(split)));
    return number && unit != units.end() ? std::optional(*number * unit->second) : std::nullopt;
}

bool is_word_of(const tactus_option& option, std::string_view word) {
    for (const char* const* each = option.choices; each != nullptr && *each != nullptr; ++each) {
        if (word == *each) {
            return true;
        }
    }
    return false;
}

std::string text_fault(const tactus_option& option, std::string_view toml) {
    const std::optional<std::string_view> text = quoted_text(toml);
    if (!text) {
        return "is no text in quotation marks (write \"\\\"text\\\"\")";
    }
    if (option.type == TACTUS_OPT_CHOICE && !is_word_of(option, *text)) {
        return "is none of its choices";
    }
    const std::size_t mark = text->find("://");
    if (option.type == TACTUS_OPT_ENDPOINT &&
        (mark == std::string_view::npos || !is_word_of(option, text->substr(0, mark)))) {
        return "is no URL with one of its schemes";
    }
    return "";
}

std::string single_fault(const tactus_option& option, std::string_view toml) {
    switch (option.type) {
    case TACTUS_OPT_BOOL:
        return toml == "true" || toml == "false" ? "" : "is neither true nor false";
    case TACTUS_OPT_INT:
        return number_of(option, toml) && toml.find('.') == std::string_view::npos
                   ? ""
                   : "is no whole number";
    case TACTUS_OPT_FLOAT:
    case TACTUS_OPT_DURATION:
    case TACTUS_OPT_BYTES:
    case TACTUS_OPT_RATE:
        return number_of(option, toml) ? "" : "is no value of its type in TOML";
    case TACTUS_OPT_TABLE:
        return toml.size() > 1 && toml.front() == '{' && toml.back() == '}' ? "" : "is no table";
    default:
        return text_fault(option, toml);
    }
}

std::string range_fault(const tactus_option& option, std::string_view toml) {
    const std::optional<double> value = number_of(option, toml);
    const auto end = [&](const char* of) {
        return of != nullptr ? number_of(option, of) : std::nullopt;
    };
    const std::optional<double> least = end(option.min_toml);
    const std::optional<double> most = end(option.max_toml);
    if (!value || ((!least || *value >= *least) && (!most || *value <= *most))) {
        return "";
    }
    return "is out of its range: " + (least && most
                                          ? std::string(option.min_toml) + " to " + option.max_toml
                                      : least ? "at least " + std::string(option.min_toml)
                                              : "at most " + std::string(option.max_toml));
}

} // namespace

std::optional<double> number_of(const tactus_option& option, std::string_view toml) {
    static const std::map<std::string_view, double> durations{
        {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}};
    static const std::map<std::string_view, double> sizes{
        {"", 1}, {"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}};
    static const std::map<std::string_view, double> rates{{"/s", 1}};
    const std::optional<std::string_view> text = quoted_text(toml);
    switch (option.type) {
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
        return plain_number(toml);
    case TACTUS_OPT_DURATION:
        return text ? with_unit(*text, durations) : std::nullopt;
    case TACTUS_OPT_BYTES:
        return text ? with_unit(*text, sizes) : plain_number(toml);
    case TACTUS_OPT_RATE:
        return text ? with_unit(*text, rates) : std::nullopt;
    default:
        return std::nullopt;
    }
}

std::string value_fault(const tactus_option& option, std::string_view toml) {
    const std::string_view value = trimmed(toml);
    const bool is_list = !value.empty() && value.front() == '[';
    if (!is_list) {
        return single_fault(option, value);
    }
    if ((option.flags & TACTUS_OPT_ARRAY) == 0 || value.back() != ']') {
        return "is a list, and the option is none";
    }
    for (const std::string_view item : items_of(value)) {
        if (std::string fault = single_fault(option, item); !fault.empty()) {
            return fault;
        }
    }
    return "";
}

std::string given_value_fault(const tactus_option& option, std::string_view toml) {
    if ((option.flags & TACTUS_OPT_OR_TEXT) != 0) {
        return given_value_fault(option.children[0], toml);
    }
    if (option.type == TACTUS_OPT_TABLE) {
        return "is for a table, which cannot be set here";
    }
    const std::string_view value = trimmed(toml);
    std::string fault = value_fault(option, value);
    const bool is_list = !value.empty() && value.front() == '[';
    for (const std::string_view item : is_list ? items_of(value) : std::vector{value}) {
        fault = fault.empty() ? range_fault(option, item) : fault;
    }
    return fault;
}

} // namespace tactus::checker
