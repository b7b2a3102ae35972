// SPDX-License-Identifier: MIT
// The rules of iface/metrics.h for the name and the help of a series, and for several beside one
// another. Not installed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tactus::testing {

struct made_metric {
    std::uint32_t kind; // TACTUS_METRIC_*
    std::string name;   // with its label
};

/// The reason why the daemon refuses it, by itself or beside those that are there; empty if it does
/// not. `kind` is a TACTUS_METRIC_*.
std::string metric_fault(std::uint32_t kind, const char* name, const char* help,
                         std::span<const made_metric> all);

} // namespace tactus::testing
