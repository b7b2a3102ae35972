// SPDX-License-Identifier: MIT
// Counters and gauges of a plugin's own. Events, drops, lateness and state are counted by the
// kernel. Make them before the first co_await of run(): later the host refuses new ones. A handle
// that was never made, and any handle on a host without metrics, does nothing.
#pragma once

#include <cstdint>

#include <tactus/cpp/interfaces.hpp>

namespace tactus {
inline namespace v0_1 {

/// Threads: any. Copies are the same series.
class counter {
public:
    counter() noexcept = default;
    counter(const tactus_host& host, const tactus_metrics_0& table, std::uint32_t handle) noexcept
        : host_(&host), table_(&table), handle_(handle) {}

    /// Bounds: amount >= 0.
    void add(std::int64_t amount = 1) const noexcept {
        if (table_ != nullptr) {
            table_->add(host_, handle_, amount);
        }
    }

private:
    const tactus_host* host_ = nullptr;
    const tactus_metrics_0* table_ = nullptr;
    std::uint32_t handle_ = 0;
};

/// Threads: any. Copies are the same series.
class gauge {
public:
    gauge() noexcept = default;
    gauge(const tactus_host& host, const tactus_metrics_0& table, std::uint32_t handle) noexcept
        : host_(&host), table_(&table), handle_(handle) {}

    void set(std::int64_t value) const noexcept {
        if (table_ != nullptr) {
            table_->set(host_, handle_, value);
        }
    }
    void add(std::int64_t amount) const noexcept {
        if (table_ != nullptr) {
            table_->add(host_, handle_, amount);
        }
    }

private:
    const tactus_host* host_ = nullptr;
    const tactus_metrics_0* table_ = nullptr;
    std::uint32_t handle_ = 0;
};

/// Threads: loop, before start has returned.
class metric_set {
public:
    metric_set(const tactus_host& host, const detail::facility<tactus_metrics_0>& metrics) noexcept
        : host_(&host), metrics_(&metrics) {}

    /// `name`: lower-case words with underscores, base units, ending in _total. `help`: one
    /// sentence. Errors: failure, where the name is taken or wrong, or there are too many.
    counter make_counter(const char* name, const char* help) const {
        return make<counter>(TACTUS_METRIC_COUNTER, name, help);
    }
    gauge make_gauge(const char* name, const char* help) const {
        return make<gauge>(TACTUS_METRIC_GAUGE, name, help);
    }

private:
    template <class Metric>
    Metric make(std::uint32_t kind, const char* name, const char* help) const {
        if (!*metrics_) {
            return Metric();
        }
        const tactus_metrics_0& table = metrics_->get();
        std::uint32_t handle = 0;
        detail::check_status(table.create(host_, kind, name, help, &handle), name);
        return Metric(*host_, table, handle);
    }

    const tactus_host* host_;
    const detail::facility<tactus_metrics_0>* metrics_;
};

} // namespace v0_1
} // namespace tactus
