// SPDX-License-Identifier: MIT
#include "kernel/metrics/exposition.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/metrics/families.hpp"

#include <tactus/cpp/utf8.hpp>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>
#include <vector>

namespace tactus::metrics {
namespace {

prometheus::MetricType to_prometheus(metric_kind kind) noexcept {
    switch (kind) {
    case metric_kind::counter:
        return prometheus::MetricType::Counter;
    case metric_kind::gauge:
        return prometheus::MetricType::Gauge;
    case metric_kind::histogram:
        return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric::Histogram to_prometheus(const base::histogram::snapshot& value,
                                                  std::span<const std::int64_t> bounds_ns) {
    prometheus::ClientMetric::Histogram made;
    made.sample_count = value.count;
    made.sample_sum = static_cast<double>(value.sum_ns) / 1e9;
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < bounds_ns.size(); ++i) {
        cumulative += value.buckets[i];
        made.bucket.push_back({cumulative, static_cast<double>(bounds_ns[i]) / 1e9});
    }
    return made; // the serialiser adds +Inf, which is the count
}

// Prometheus refuses a whole scrape if a label is not UTF-8; the names of devices may not be.
std::string label_text(std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    while (!value.empty()) {
        const tactus::code_point next = tactus::first_code_point(value);
        if (next.is_valid) {
            text += value.substr(0, next.size);
        } else {
            text += {'\\', 'x', digits[next.value >> 4U], digits[next.value & 15U]};
        }
        value.remove_prefix(next.size);
    }
    return text;
}

// Writes to the field for the family's kind: this library has one for each.
class family_sink final : public series_sink {
public:
    explicit family_sink(prometheus::MetricFamily& into) noexcept : into_(into) {}

    void add(std::initializer_list<label> labels, double value) override {
        prometheus::ClientMetric& metric = append(labels);
        switch (into_.type) {
        case prometheus::MetricType::Counter:
            metric.counter.value = value;
            break;
        case prometheus::MetricType::Gauge:
            metric.gauge.value = value;
            break;
        default:
            metric.untyped.value = value; // plugins that disagree on the kind
        }
    }
    void add(std::initializer_list<label> labels, const base::histogram::snapshot& value,
             std::span<const std::int64_t> bounds_ns) override {
        append(labels).histogram = to_prometheus(value, bounds_ns);
    }

private:
    prometheus::ClientMetric& append(std::initializer_list<label> labels) {
        prometheus::ClientMetric& metric = into_.metric.emplace_back();
        for (const label& each : labels) {
            metric.label.push_back({std::string(each.name), label_text(each.value)});
        }
        return metric;
    }

    prometheus::MetricFamily& into_;
};

// The format ends a help text at the newline, and this serialiser does not escape it.
std::string on_one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\r' || c == '\\'; }, ' ');
    return text;
}

prometheus::MetricType kind_of(const plugin_metric& metric) noexcept {
    return metric.durations    ? prometheus::MetricType::Histogram
           : metric.is_counter ? prometheus::MetricType::Counter
                               : prometheus::MetricType::Gauge;
}

void add(const plugin_metric& metric, std::initializer_list<label> labels, bool has_kind,
         series_sink& into) {
    if (metric.durations && has_kind) {
        into.add(labels, *metric.durations, base::lateness_bounds_ns);
    } else {
        into.add(labels, static_cast<double>(metric.value));
    }
}

// Two plugins may make a metric of the same name: then it is one family, and if they disagree about
// its kind it is untyped.
std::vector<prometheus::MetricFamily> collect_of_plugins(const snapshot& from) {
    std::map<std::string_view, std::vector<const plugin_metric*>> by_name;
    for (const plugin_metric& metric : from.plugin_metrics) {
        if (!is_reserved_for_kernel(metric.name)) { // refused by the host: one family each
            by_name[metric.name].push_back(&metric);
        }
    }
    std::vector<prometheus::MetricFamily> made;
    for (const auto& [name, metrics] : by_name) {
        const prometheus::MetricType kind = kind_of(*metrics.front());
        const bool agree = std::ranges::all_of(
            metrics, [=](const plugin_metric* each) { return kind_of(*each) == kind; });
        prometheus::MetricFamily& family = made.emplace_back();
        family.name = std::string(plugin_metric_prefix) + std::string(name);
        family.help = on_one_line(metrics.front()->help);
        family.type = agree ? kind : prometheus::MetricType::Untyped;
        family_sink sink(family);
        for (const plugin_metric* each : metrics) {
            const label owner{"plugin", each->instance};
            if (each->label.empty()) {
                add(*each, {owner}, agree, sink);
            } else {
                add(*each, {owner, {each->label, each->label_value}}, agree, sink);
            }
        }
    }
    return made;
}

// One scrape: Prometheus collects from a snapshot that no longer changes.
class collectable_snapshot final : public prometheus::Collectable {
public:
    explicit collectable_snapshot(const snapshot& from) noexcept : from_(from) {}

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
        std::vector<prometheus::MetricFamily> made;
        for (const family& each : families()) {
            prometheus::MetricFamily& into = made.emplace_back();
            into.name = each.name;
            into.help = each.help;
            into.type = to_prometheus(each.kind);
            family_sink sink(into);
            each.fill(from_, sink);
        }
        std::ranges::move(collect_of_plugins(from_), std::back_inserter(made));
        // A family without series is noise: a daemon without inputs has no input families.
        std::erase_if(made, [](const auto& each) { return each.metric.empty(); });
        return made;
    }

private:
    const snapshot& from_;
};

// A line of the text each: a histogram has one for each bucket, +Inf, the sum and the count.
void set_number_of_series(std::vector<prometheus::MetricFamily>& families) {
    std::size_t series = 0;
    for (const prometheus::MetricFamily& each : families) {
        for (const prometheus::ClientMetric& metric : each.metric) {
            series += each.type == prometheus::MetricType::Histogram
                          ? metric.histogram.bucket.size() + 3
                          : 1;
        }
    }
    for (prometheus::MetricFamily& each : families) {
        if (each.name == series_family) {
            each.metric.front().gauge.value = static_cast<double>(series);
        }
    }
}

} // namespace

std::string expose_text(const snapshot& from) {
    std::vector<prometheus::MetricFamily> families = collectable_snapshot(from).Collect();
    set_number_of_series(families);
    return prometheus::TextSerializer().Serialize(families);
}

} // namespace tactus::metrics
