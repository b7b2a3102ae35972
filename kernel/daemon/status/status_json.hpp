// SPDX-License-Identifier: MIT
// The answer of the method `status`; config/control.md describes each member. A pure function of
// plain values.
#pragma once

#include "kernel/daemon/status/recent_activity.hpp"
#include "kernel/metrics/pages.hpp"
#include "kernel/metrics/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::daemon {

// The facts that a scrape does not show.
struct status_details {
    std::span<const std::string> config_paths; // at least one
    bool has_config_changed = false;           // a file on disk is newer than the loaded one
    std::int64_t now_unix_ns = 0;
    std::int64_t started_unix_ns = 0;
    std::string_view log_level;
    std::int64_t process = 0; // its id
    std::size_t routes = 0;
    // In the order of the snapshot.
    std::vector<input_activity> inputs;
    std::vector<output_activity> outputs;
    std::vector<double> routes_per_s; // messages that each delivered
};

[[nodiscard]] std::string status_json(const metrics::snapshot& taken,
                                      const metrics::readiness& ready,
                                      const status_details& details);

// The least bound of the histogram that this share of its values does not exceed, in seconds;
// nothing if it is empty, and infinity, which JSON has as null, if the share lies above the
// greatest bound. Range of `share`: 0 to 1.
[[nodiscard]] std::optional<double> quantile_s(const base::histogram::snapshot& of,
                                               std::span<const std::int64_t> bounds_ns,
                                               double share) noexcept;

} // namespace tactus::daemon
