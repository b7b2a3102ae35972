// SPDX-License-Identifier: MIT
// "tactus.metrics/0": the series that the plugin made before its start, and their values. Not
// installed.
#pragma once

#include "call_gate.hpp"
#include "metric_rules.hpp"
#include "posted_calls.hpp"

#include <cstdint>
#include <vector>

#include <tactus/testhost/record.hpp>

namespace tactus::testing {

class metric_table {
public:
    metric_table(call_gate& gate, posted_calls& posts, plugin_report& report)
        : gate_(gate), posts_(posts), report_(report) {}

    tactus_status create(std::uint32_t kind, const char* name, const char* help,
                         std::uint32_t* metric);
    /// From any thread.
    void add(std::uint32_t metric, std::int64_t amount);
    void set(std::uint32_t metric, std::int64_t value);

private:
    const made_metric* find(std::uint32_t metric) const;

    call_gate& gate_;
    posted_calls& posts_;
    plugin_report& report_;
    std::vector<made_metric> made_; // metric 1 first
};

} // namespace tactus::testing
