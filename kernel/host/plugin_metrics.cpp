// SPDX-License-Identifier: MIT
#include "kernel/host/plugin_metrics.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/flow/ledger.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

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
    return is_plain(name) && !name.empty() && name.size() <= 64 && name.front() >= 'a' &&
           ends_in_total == (kind == TACTUS_METRIC_COUNTER) &&
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

// The families that the kernel itself exports as tactus_plugin_*.
bool is_the_kernels(std::string_view name) noexcept {
    return name == "state" || name == "stalls_total" || name == "restarts_total";
}

} // namespace

tactus_status plugin_metrics::create(std::uint32_t kind, std::string_view name,
                                     std::string_view help, std::uint32_t& metric) {
    if (is_frozen_) {
        return TACTUS_E_CLOSED;
    }
    const bool is_known = kind >= TACTUS_METRIC_COUNTER && kind <= TACTUS_METRIC_HISTOGRAM;
    const std::uint32_t size = size_.load(std::memory_order_relaxed); // written only here
    const std::optional<series_name> parsed = parse_name(name);
    if (!is_known || help.empty() || !parsed || !is_good_name(kind, parsed->name) ||
        is_the_kernels(parsed->name)) {
        return TACTUS_E_INVALID;
    }
    const bool is_taken =
        std::any_of(series_.begin(), series_.begin() + size, [&](const series& each) {
            const bool is_sibling = each.kind == kind && each.label == parsed->label &&
                                    each.label_value != parsed->label_value;
            return each.name == parsed->name && !is_sibling;
        });
    if (is_taken) {
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
        found->value.fetch_add(amount, std::memory_order_relaxed);
    }
}

void plugin_metrics::set(std::uint32_t metric, std::int64_t value) noexcept {
    series* found = at(metric);
    if (found != nullptr && found->kind == TACTUS_METRIC_GAUGE) {
        found->value.store(value, std::memory_order_relaxed);
    }
}

} // namespace tactus::host
