// SPDX-License-Identifier: MIT
// Counters, gauges and histograms of a plugin. The kernel counts events, drops, lateness and state.
// Create metrics before the first co_await of run(): later the host refuses new ones. A
// default-constructed handle, and any handle on a host without metrics, does nothing.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/time.hpp>
#include <tactus/cpp/utf8.hpp>

namespace tactus {
inline namespace v0_1 {

namespace detail {

/// A series of the host; none if it was default-constructed.
class series {
public:
    series() noexcept = default;
    series(const tactus_host& host, const tactus_metrics_0& table, std::uint32_t handle) noexcept
        : host_(&host), table_(&table), handle_(handle) {}

protected:
    void add_to_series(std::int64_t amount) const noexcept {
        if (table_ != nullptr) {
            table_->add(host_, handle_, amount);
        }
    }
    void set_series(std::int64_t value) const noexcept {
        if (table_ != nullptr) {
            table_->set(host_, handle_, value);
        }
    }

private:
    const tactus_host* host_ = nullptr;
    const tactus_metrics_0* table_ = nullptr;
    std::uint32_t handle_ = 0;
};

} // namespace detail

/// Threads: any. Copies refer to the same series.
class counter : private detail::series {
public:
    using series::series;

    /// Bounds: amount >= 0.
    void add(std::int64_t amount = 1) const noexcept { add_to_series(amount); }
};

/// Threads: any. Copies refer to the same series.
class gauge : private detail::series {
public:
    using series::series;

    void set(std::int64_t value) const noexcept { set_series(value); }
    void add(std::int64_t amount) const noexcept { add_to_series(amount); }
};

/// Durations, exported in seconds. Threads: any, one at a time. Copies refer to the same series.
class histogram : private detail::series {
public:
    using series::series;

    /// Bounds: measured >= 0.
    void observe(std::chrono::nanoseconds measured) const noexcept {
        add_to_series(measured.count());
    }
};

namespace detail {

/// A series that the host has refused.
struct refused_metric {
    tactus_status status;
    std::uint32_t kind;
    std::string_view name;
    std::string_view help;
};

/// Names the rule of iface/metrics.h that it breaks: the end of a sentence.
inline std::string broken_metric_rule(const refused_metric& is) {
    constexpr std::size_t name_bytes_max = 64;
    constexpr std::uint32_t metrics_max = 32;
    const std::string_view name = is.name.substr(0, is.name.find('{'));
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const bool is_plain = name.find_first_not_of(plain) == std::string_view::npos;
    const bool is_counter = is.kind == TACTUS_METRIC_COUNTER;
    const auto ends_in = [name](std::string_view end) {
        return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
    };
    if (is.status == TACTUS_E_NOMEM) {
        return "an instance has at most " + std::to_string(metrics_max) + " metrics";
    }
    if (is.status == TACTUS_E_CLOSED) {
        return "metrics are made before the first co_await of run()";
    }
    if (is.status != TACTUS_E_INVALID) {
        return std::string(name_of(is.status));
    }
    if (name.empty() || name.size() > name_bytes_max) {
        return "a name has 1 to " + std::to_string(name_bytes_max) + " characters";
    }
    if (!is_plain || name.front() < 'a') {
        return "a name begins with a lower-case letter and has a to z, 0 to 9 and _ only";
    }
    if (is.kind == TACTUS_METRIC_HISTOGRAM && !ends_in("_seconds")) {
        return "a histogram's name ends in _seconds";
    }
    if (is_counter != ends_in("_total")) {
        return is_counter ? "a counter's name ends in _total"
                          : "a gauge's name does not end in _total";
    }
    if (is.help.empty()) {
        return "its help is one sentence, not none";
    }
    for (std::string_view rest = is.help; !rest.empty();) {
        const code_point next = first_code_point(rest);
        if (!next.is_valid) {
            return "its help is not UTF-8, and would make Prometheus refuse the whole page";
        }
        rest.remove_prefix(next.size);
    }
    return name.size() == is.name.size()
               ? "the name is taken, by this plugin or by the daemon"
               : "a label is written {name=\"value\"}, both of a to z, 0 to 9 and _; it is not "
                 "`plugin`, and series of one name differ by its value only";
}

} // namespace detail

/// Threads: loop, before start has returned.
class metric_set {
public:
    metric_set(const tactus_host& host, const detail::facility<tactus_metrics_0>& metrics) noexcept
        : host_(&host), metrics_(&metrics) {}

    /// `name`: lower-case words with underscores, base units; a counter's ends in _total, a gauge's
    /// does not. One label may follow: lost_total{reason="xrun"}. `help`: one sentence. Errors:
    /// failure, which names the broken rule: for the name, that it is taken, or too many.
    counter make_counter(const char* name, const char* help) const {
        return make<counter>(TACTUS_METRIC_COUNTER, name, help);
    }
    gauge make_gauge(const char* name, const char* help) const {
        return make<gauge>(TACTUS_METRIC_GAUGE, name, help);
    }
    /// Of durations; its name ends in _seconds.
    histogram make_histogram(const char* name, const char* help) const {
        return make<histogram>(TACTUS_METRIC_HISTOGRAM, name, help);
    }

private:
    template <class Metric>
    Metric make(std::uint32_t kind, const char* name, const char* help) const {
        if (!*metrics_) {
            return Metric();
        }
        const tactus_metrics_0& table = metrics_->get();
        std::uint32_t handle = 0;
        const tactus_status status = table.create(host_, kind, name, help, &handle);
        if (status < 0) {
            throw failure(status, "metric \"" + std::string(name) + "\": " +
                                      detail::broken_metric_rule({status, kind, name, help}) + ".");
        }
        return Metric(*host_, table, handle);
    }

    const tactus_host* host_;
    const detail::facility<tactus_metrics_0>* metrics_;
};

} // namespace v0_1
} // namespace tactus
