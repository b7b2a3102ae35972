// SPDX-License-Identifier: MIT
// The metric set: one table of names, kinds, help texts and value sources. Names and labels are a
// public interface. Labels come from the config file or from a closed set, never from an event: no
// address, peer or note (the show's content stays private, and the series are bounded). All label
// sets exist from the start with value 0, so that rate() sees the first increment. Not here: how it
// is written (exposition.hpp).
#pragma once

#include "kernel/metrics/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace tactus::metrics {

enum class metric_kind : std::uint8_t { counter, gauge, histogram };

struct label {
    std::string_view name;
    std::string_view value;
};

// Takes the series of one family.
class series_sink {
public:
    series_sink() = default;
    series_sink(const series_sink&) = delete;
    series_sink& operator=(const series_sink&) = delete;
    virtual ~series_sink() = default;

    virtual void add(std::initializer_list<label> labels, double value) = 0;
    // Units: ns; the sink converts it to seconds and cumulative buckets.
    virtual void add(std::initializer_list<label> labels, const base::histogram::snapshot& value,
                     std::span<const std::int64_t> bounds_ns) = 0;
};

struct family {
    std::string_view name;
    metric_kind kind;
    std::string_view help;
    void (*fill)(const snapshot& from, series_sink& into);
};

// Each of 256 outputs may have 256 ports; beyond so many in all, ports have no series of their own.
inline constexpr std::size_t ports_shown_max = 1024;
// No scrape has more series, whatever the configuration. Nearly all of them would be those of 512
// inputs and outputs whose plugins make as many histograms as they may.
inline constexpr std::size_t series_max = 350'000;

// Its value is known when all others are.
inline constexpr std::string_view series_family = "tactus_metrics_series";

// All families except those of plugins, in output order.
[[nodiscard]] std::span<const family> families() noexcept;

inline constexpr std::string_view plugin_metric_prefix = "tactus_plugin_";

// Whether a plugin's metric of that name (without prefix) would clash with a kernel metric. The
// host refuses such a name when the plugin creates the metric.
[[nodiscard]] bool is_reserved_for_kernel(std::string_view plugin_metric_name) noexcept;

} // namespace tactus::metrics
