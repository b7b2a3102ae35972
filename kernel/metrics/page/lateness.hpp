// SPDX-License-Identifier: MIT
// How late events were sent in the last minute: a histogram as SVG, with marks at 1 ms and at 5 ms,
// and the same in words. Its heights are logarithmic, so that a single late event is seen beside
// many thousand punctual ones. Pure. Threads: any.
#pragma once

#include "kernel/base/histogram.hpp"

#include <cstdint>
#include <string>

namespace tactus::metrics::page {

// Of base::lateness_bounds_ns, as are all below.
void append_lateness(std::string& out, const base::histogram::snapshot& of);

// How many were later than that. Bounds: one of the bounds.
[[nodiscard]] std::uint64_t later_than(const base::histogram::snapshot& of, std::int64_t bound_ns);
// "within 100 us" for that share of them, "later than 100 ms", or "" if there are none.
[[nodiscard]] std::string share_text(const base::histogram::snapshot& of, double share);

} // namespace tactus::metrics::page
