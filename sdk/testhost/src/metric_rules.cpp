// SPDX-License-Identifier: MIT
#include "metric_rules.hpp"

#include <tactus/cpp/utf8.hpp>
#include <tactus/iface/metrics.h>

#include <algorithm>
#include <array>
#include <string_view>

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

// lost_total{reason="xrun"}: the part in braces, with them.
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

// The series that the daemon itself exports as tactus_plugin_*.
bool is_the_daemons(std::string_view word) {
    constexpr std::array<std::string_view, 6> names{
        "state",          "stalls_total",     "blocked_total",
        "restarts_total", "loop_calls_total", "loop_seconds_total"};
    return std::find(names.begin(), names.end(), word) != names.end();
}

std::string_view word_of(std::string_view name) {
    return name.substr(0, name.find('{'));
}

std::string_view label_of(std::string_view name) {
    const std::string_view inside = name.substr(std::min(name.find('{'), name.size()));
    return inside.substr(0, inside.find('='));
}

bool is_series_of_histogram(std::string_view word, std::string_view of_histogram) {
    const std::string_view end =
        word.starts_with(of_histogram) ? word.substr(of_histogram.size()) : std::string_view();
    return end == "_bucket" || end == "_sum" || end == "_count";
}

std::string clash(std::uint32_t kind, std::string_view name, std::span<const made_metric> all) {
    const std::string_view word = word_of(name);
    for (const made_metric& each : all) {
        const std::string_view other = word_of(each.name);
        const bool is_sibling =
            each.kind == kind && label_of(each.name) == label_of(name) && each.name != name;
        if (other == word && !is_sibling) {
            return "the name of " + std::string(name) + " is taken: there is " + each.name;
        }
        if ((each.kind == TACTUS_METRIC_HISTOGRAM && is_series_of_histogram(word, other)) ||
            (kind == TACTUS_METRIC_HISTOGRAM && is_series_of_histogram(other, word))) {
            return std::string(name) + " and " + each.name +
                   " clash: a histogram NAME has the series NAME_bucket, NAME_sum and NAME_count";
        }
    }
    return "";
}

} // namespace

std::string metric_fault(std::uint32_t kind, const char* name, const char* help,
                         std::span<const made_metric> all) {
    if (name == nullptr || help == nullptr || *help == '\0') {
        return "it has no name or no help";
    }
    const std::string_view whole = name;
    const std::string_view word = word_of(whole);
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
    if (kind < TACTUS_METRIC_COUNTER || kind > TACTUS_METRIC_HISTOGRAM) {
        return std::string(name) + " is of an unknown kind";
    }
    if (kind == TACTUS_METRIC_HISTOGRAM && label_of(whole) == "{le") {
        return std::string(name) + " has the label of a histogram's buckets";
    }
    return is_the_daemons(word) ? "the name " + std::string(name) + " is the daemon's own"
                                : clash(kind, whole, all);
}

} // namespace tactus::testing
