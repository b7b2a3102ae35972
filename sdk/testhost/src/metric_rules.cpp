// SPDX-License-Identifier: MIT
#include "metric_rules.hpp"

#include <tactus/cpp/utf8.hpp>
#include <tactus/iface/metrics.h>

#include <algorithm>

namespace tactus::testing {
namespace {

constexpr std::size_t name_max = 64;
constexpr std::size_t label_max = 32;

bool is_word(std::string_view text, std::size_t size_max, bool begins_with_letter) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= size_max &&
           std::all_of(text.begin(), text.end(), fits) &&
           (!begins_with_letter || is_letter(text.front()));
}

// lost_total{reason="xrun"}: what stands in the braces, with them.
bool is_label(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (text.size() < 6 || text.front() != '{' || text.back() != '}' ||
        equals == std::string_view::npos || equals + 4 > text.size()) {
        return false;
    }
    const std::string_view name = text.substr(1, equals - 1);
    const std::string_view value = text.substr(equals + 1, text.size() - equals - 2);
    return is_word(name, label_max, true) && name != "plugin" && value.size() > 2 &&
           value.front() == '"' && value.back() == '"' &&
           is_word(value.substr(1, value.size() - 2), label_max, false);
}

} // namespace

std::string metric_fault(std::uint32_t kind, const char* name, const char* help) {
    if (name == nullptr || help == nullptr || *help == '\0') {
        return "it has no name or no help";
    }
    const std::string_view whole = name;
    const std::string_view word = whole.substr(0, whole.find('{'));
    if (!is_utf8(help)) {
        return std::string(name) + " has a help that is no UTF-8";
    }
    if (!is_word(word, name_max, true) ||
        (word.size() != whole.size() && !is_label(whole.substr(word.size())))) {
        return "the name of " + std::string(name) + " breaks the rules of iface/metrics.h";
    }
    if ((kind == TACTUS_METRIC_COUNTER) != word.ends_with("_total") ||
        (kind == TACTUS_METRIC_HISTOGRAM && !word.ends_with("_seconds"))) {
        return "the name of " + std::string(name) + " does not end as its kind demands";
    }
    return kind < TACTUS_METRIC_COUNTER || kind > TACTUS_METRIC_HISTOGRAM
               ? std::string(name) + " is of an unknown kind"
               : std::string();
}

} // namespace tactus::testing
