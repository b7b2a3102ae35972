// SPDX-License-Identifier: MIT
#include "metric_table.hpp"

#include <string>

namespace tactus::testing {

tactus_status metric_table::create(std::uint32_t kind, const char* name, const char* help,
                                   std::uint32_t* metric) {
    const tactus_status status = gate_.enter("metrics.create");
    if (status != TACTUS_OK) {
        return status;
    }
    if (name == nullptr || help == nullptr || metric == nullptr) {
        gate_.breach("metrics.create got NULL");
        return TACTUS_E_INVALID;
    }
    if (gate_.is_started()) {
        gate_.breach(std::string("a metric was made after start: ") + name);
        return TACTUS_E_CLOSED;
    }
    if (const std::string wrong = metric_fault(kind, name, help, made_); !wrong.empty()) {
        gate_.breach("a metric is refused: " + wrong);
        return TACTUS_E_INVALID;
    }
    if (made_.size() == TACTUS_METRICS_MAX) {
        return TACTUS_E_NOMEM;
    }
    made_.push_back({kind, name});
    report_.metrics[name] = 0;
    *metric = static_cast<std::uint32_t>(made_.size());
    return TACTUS_OK;
}

const made_metric* metric_table::find(std::uint32_t metric) const {
    return metric == 0 || metric > made_.size() ? nullptr : &made_[metric - 1];
}

void metric_table::add(std::uint32_t metric, std::int64_t amount) {
    posts_.make_on_loop([this, metric, amount] {
        const made_metric* const made = find(metric);
        if (made == nullptr) {
            return;
        }
        if (amount < 0 && made->kind == TACTUS_METRIC_COUNTER) {
            gate_.breach("metrics.add took " + std::to_string(-amount) + " from the counter " +
                         made->name + ", which only rises");
            return;
        }
        report_.metrics[made->name] += amount;
    });
}

void metric_table::set(std::uint32_t metric, std::int64_t value) {
    posts_.make_on_loop([this, metric, value] {
        if (const made_metric* const made = find(metric); made != nullptr) {
            report_.metrics[made->name] = value;
        }
    });
}

} // namespace tactus::testing
