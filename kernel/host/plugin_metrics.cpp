// SPDX-License-Identifier: MIT
#include "kernel/host/plugin_metrics.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/flow/ledger.hpp"

#include <tactus/cpp/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>

namespace tactus::host {
namespace {

struct series_name {
    std::string_view name;
    std::string_view label; // empty: no label
    std::string_view label_value;
};

bool is_plain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_good_label(std::string_view text) noexcept {
    constexpr std::size_t bytes_max = 32;
    return is_plain(text) && !text.empty() && text.size() <= bytes_max;
}

// Lower-case words with underscores; only a counter ends in _total, and a histogram ends in its
// unit.
bool is_good_name(std::uint32_t kind, std::string_view name) noexcept {
    const bool ends_in_total = name.ends_with("_total");
    return is_plain(name) && !name.empty() && name.size() <= TACTUS_METRIC_NAME_SIZE_MAX &&
           name.front() >= 'a' && ends_in_total == (kind == TACTUS_METRIC_COUNTER) &&
           (kind != TACTUS_METRIC_HISTOGRAM || name.ends_with("_seconds"));
}

// `name` or `name{label="value"}`. Errors: returns nothing if it is neither.
std::optional<series_name> parse_name(std::string_view text) noexcept {
    constexpr std::string_view opening = "=\"", closing = "\"}";
    const std::size_t brace = text.find('{');
    if (brace == std::string_view::npos) {
        return series_name{text, {}, {}};
    }
    const std::string_view inside = text.substr(brace + 1);
    const std::size_t equals = inside.find(opening);
    if (equals == std::string_view::npos || !inside.ends_with(closing) ||
        inside.size() < equals + opening.size() + closing.size()) {
        return std::nullopt;
    }
    std::string_view value = inside.substr(equals + opening.size());
    value.remove_suffix(closing.size());
    const series_name found{text.substr(0, brace), inside.substr(0, equals), value};
    const bool is_good = is_good_label(found.label) && found.label.front() >= 'a' &&
                         found.label != "plugin" && is_good_label(value);
    return is_good ? std::optional(found) : std::nullopt;
}

// At most the largest value, at least the smallest: neither wraps around.
std::int64_t saturating_sum(std::int64_t value, std::int64_t amount) noexcept {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::int64_t sum = 0;
    const bool is_beyond = __builtin_add_overflow(value, amount, &sum);
    return !is_beyond ? sum : amount > 0 ? most : least;
}

// The families that the kernel itself exports as tactus_plugin_*.
bool is_the_kernels(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 6> names{
        "state",          "stalls_total",     "blocked_total",
        "restarts_total", "loop_calls_total", "loop_seconds_total"};
    return std::ranges::find(names, name) != names.end();
}

// A histogram has three kinds of series; none of another name may be called like them.
bool is_series_of_histogram(std::string_view name, std::string_view of_histogram) noexcept {
    return name.starts_with(of_histogram) && (name.substr(of_histogram.size()) == "_bucket" ||
                                              name.substr(of_histogram.size()) == "_sum" ||
                                              name.substr(of_histogram.size()) == "_count");
}

// The end of a sentence; nullptr: none is broken.
const char* broken_rule(std::uint32_t kind, const std::optional<series_name>& name,
                        std::string_view help) noexcept {
    if (kind < TACTUS_METRIC_COUNTER || kind > TACTUS_METRIC_HISTOGRAM) {
        return "it is neither a counter nor a gauge nor a histogram";
    }
    if (!name || !is_good_name(kind, name->name)) {
        return "its name breaks the rules of tactus/iface/metrics.h";
    }
    if (kind == TACTUS_METRIC_HISTOGRAM && name->label == "le") {
        return "a histogram's buckets have the label le";
    }
    if (is_the_kernels(name->name)) {
        return "its name is the daemon's own";
    }
    if (help.empty()) {
        return "it has no help";
    }
    // One text that is not UTF-8 makes Prometheus refuse the whole page.
    return is_utf8(help) ? nullptr : "its help is not UTF-8";
}

// As broken_rule: a conflict with the series that are there.
const char* clash(std::uint32_t kind, const series_name& name,
                  std::span<const plugin_metrics::series> all) noexcept {
    for (const plugin_metrics::series& each : all) {
        const bool is_sibling =
            each.kind == kind && each.label == name.label && each.label_value != name.label_value;
        if (each.name == name.name && !is_sibling) {
            return each.kind != kind          ? "its name is taken by one of another kind"
                   : each.label != name.label ? "its name is taken with another label"
                                              : "its name is taken";
        }
        if ((each.kind == TACTUS_METRIC_HISTOGRAM &&
             is_series_of_histogram(name.name, each.name)) ||
            (kind == TACTUS_METRIC_HISTOGRAM && is_series_of_histogram(each.name, name.name))) {
            return "a histogram NAME has the series NAME_bucket, NAME_sum and NAME_count, and one "
                   "of these is another metric's name";
        }
    }
    return nullptr;
}

} // namespace

tactus_status plugin_metrics::create(std::uint32_t kind, std::string_view name,
                                     std::string_view help, std::uint32_t& metric) {
    if (is_frozen_) {
        return TACTUS_E_CLOSED;
    }
    const std::uint32_t size = size_.load(std::memory_order_relaxed); // written only here
    const std::optional<series_name> parsed = parse_name(name);
    refusal_ = broken_rule(kind, parsed, help);
    if (refusal_ != nullptr) {
        return TACTUS_E_INVALID;
    }
    refusal_ = clash(kind, *parsed, std::span(series_).first(size));
    if (refusal_ != nullptr) {
        return TACTUS_E_INVALID;
    }
    if (size == series_max) {
        return TACTUS_E_NOMEM;
    }
    series& made = series_[size];
    made.name = parsed->name;
    made.label = parsed->label;
    made.label_value = parsed->label_value;
    made.help = help;
    made.kind = kind;
    if (kind == TACTUS_METRIC_HISTOGRAM) {
        made.durations = std::make_unique<base::histogram>(base::lateness_bounds_ns);
    }
    metric = size + 1; // handles count from 1
    size_.store(metric, std::memory_order_release);
    return TACTUS_OK;
}

plugin_metrics::series* plugin_metrics::at(std::uint32_t metric) noexcept {
    return metric == 0 || metric > size_.load(std::memory_order_acquire) ? nullptr
                                                                         : &series_[metric - 1];
}

void plugin_metrics::add(std::uint32_t metric, std::int64_t amount) noexcept {
    series* found = at(metric);
    if (found == nullptr || (amount < 0 && found->kind != TACTUS_METRIC_GAUGE)) {
        return;
    }
    if (found->durations != nullptr) {
        found->durations->record(amount);
    } else {
        std::int64_t before = found->value.load(std::memory_order_relaxed);
        while (!found->value.compare_exchange_weak(before, saturating_sum(before, amount),
                                                   std::memory_order_relaxed)) {
        }
    }
}

void plugin_metrics::set(std::uint32_t metric, std::int64_t value) noexcept {
    series* found = at(metric);
    if (found != nullptr && found->kind == TACTUS_METRIC_GAUGE) {
        found->value.store(value, std::memory_order_relaxed);
    }
}

} // namespace tactus::host
