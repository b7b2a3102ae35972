// SPDX-License-Identifier: MIT
// One moment of the daemon, as operators look at it: the contents of a scrape, readiness, and the
// figures that only the method `status` and the status page show. Both take it from here. Threads:
// loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/status/recent_activity.hpp"
#include "kernel/daemon/status/status.hpp"
#include "kernel/daemon/status/status_json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tactus::daemon {

class overview {
public:
    // All must outlive it.
    struct parts {
        const config::loaded& configuration;
        status& shown;
        const recent_activity& recent;
        const base::log& log;
        const time::clock& clock;
    };
    explicit overview(const parts& of);

    struct moment {
        metrics::snapshot taken;
        metrics::readiness ready;
        status_details details;
        std::vector<base::file_stamp> config_stamps; // of details.config_paths, as they were loaded
    };
    // Valid as long as this. Without details.has_config_changed.
    [[nodiscard]] moment take() const;

    [[nodiscard]] const config::settings& settings() const noexcept {
        return of_.configuration.settings;
    }
    [[nodiscard]] phase current() const noexcept { return of_.shown.current(); }
    [[nodiscard]] const time::clock& clock() const noexcept { return of_.clock; }

private:
    parts of_;
    std::int64_t started_unix_ns_;
};

// Whether one of the files is not what was loaded any more. Bounds: a stamp for each path. System
// calls. Threads: any.
[[nodiscard]] bool have_changed(std::span<const std::string> paths,
                                std::span<const base::file_stamp> loaded) noexcept;

} // namespace tactus::daemon
