// SPDX-License-Identifier: MIT
// One moment of the daemon, as operators look at it: what a scrape shows, readiness, and what only
// the method `status` and the status page show. Both take it from here. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/recent_activity.hpp"
#include "kernel/daemon/status.hpp"
#include "kernel/daemon/status_json.hpp"

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
    std::vector<std::string> config_paths_; // absolute
    std::int64_t started_unix_ns_;
};

// Whether a file on disk is newer than what was loaded at that moment, or is gone. System calls.
// Threads: any.
[[nodiscard]] bool have_changed_since(std::span<const std::string> paths,
                                      std::int64_t unix_ns) noexcept;

} // namespace tactus::daemon
