// SPDX-License-Identifier: MIT
// The rules of iface/metrics.h for the name and the help of a series. Not installed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::testing {

/// What is wrong with it, or empty. `kind` is a TACTUS_METRIC_*.
std::string metric_fault(std::uint32_t kind, const char* name, const char* help);

} // namespace tactus::testing
