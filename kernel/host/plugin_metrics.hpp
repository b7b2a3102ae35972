// SPDX-License-Identifier: MIT
// The series that one instance has created ("tactus.metrics/0"). Created on the loop before start
// returns, changed from any thread, read at scrapes.
#pragma once

#include "kernel/base/histogram.hpp"

#include <tactus/abi.h>
#include <tactus/iface/metrics.h>
#include <tactus/limits.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tactus::host {

class plugin_metrics {
public:
    static constexpr std::uint32_t series_max = TACTUS_METRICS_MAX;

    struct series {
        std::string name;  // without prefix
        std::string label; // the label's name; empty: no label
        std::string label_value;
        std::string help;
        std::uint32_t kind = 0;
        // Written and read by any thread; independent of other data: relaxed.
        std::atomic<std::int64_t> value{0};
        std::unique_ptr<base::histogram> durations; // of a histogram
    };

    // Threads: loop. After freeze: TACTUS_E_CLOSED.
    [[nodiscard]] tactus_status create(std::uint32_t kind, std::string_view name,
                                       std::string_view help, std::uint32_t& metric);
    // Why the last create returned TACTUS_E_INVALID: the end of a sentence. Threads: loop.
    [[nodiscard]] const char* refusal() const noexcept { return refusal_; }
    void freeze() noexcept { is_frozen_ = true; }

    // Threads: any. Unknown handles are ignored, as are negative amounts for counters. A
    // sum stays at the end of its 64 bits.
    void add(std::uint32_t metric, std::int64_t amount) noexcept;
    void set(std::uint32_t metric, std::int64_t value) noexcept;

    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (std::uint32_t i = 0; i < size_.load(std::memory_order_acquire); ++i) {
            visit(series_[i]);
        }
    }

private:
    [[nodiscard]] series* at(std::uint32_t metric) noexcept;

    std::array<series, series_max> series_;
    // Written by the loop when a series is complete, read by any: release and acquire.
    std::atomic<std::uint32_t> size_{0};
    const char* refusal_ = nullptr; // static text
    bool is_frozen_ = false;
};

} // namespace tactus::host
