// SPDX-License-Identifier: MIT
#include "kernel/host/plugin_metrics.hpp"

#include <algorithm>

namespace tactus::host {
namespace {

// Lower-case words with underscores; a counter ends in _total, nothing else does.
bool is_good_name(std::uint32_t kind, std::string_view name) noexcept {
    const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    const bool ends_in_total = name.ends_with("_total");
    return is_plain && !name.empty() && name.size() <= 64 && name.front() >= 'a' &&
           ends_in_total == (kind == TACTUS_METRIC_COUNTER);
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
    const bool is_known = kind == TACTUS_METRIC_COUNTER || kind == TACTUS_METRIC_GAUGE;
    const std::uint32_t size = size_.load(std::memory_order_relaxed); // its only writer is here
    const bool is_taken = std::any_of(series_.begin(), series_.begin() + size,
                                      [name](const series& each) { return each.name == name; });
    if (!is_known || is_taken || help.empty() || !is_good_name(kind, name) ||
        is_the_kernels(name)) {
        return TACTUS_E_INVALID;
    }
    if (size == series_max) {
        return TACTUS_E_NOMEM;
    }
    series& made = series_[size];
    made.name = name;
    made.help = help;
    made.kind = kind;
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
    if (found != nullptr && (amount >= 0 || found->kind == TACTUS_METRIC_GAUGE)) {
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
