// SPDX-License-Identifier: MIT
// The lines that the plugin of one instance writes into the log; a flood of them is limited.
// endpoint_log.hpp has the daemon's own lines about the instance. Threads: any.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/priority_mutex.hpp"
#include "kernel/host/instance_id.hpp"
#include "kernel/time/clock.hpp"

#include <mutex>
#include <string_view>

namespace tactus::host {

class plugin_log {
public:
    // All must outlive it.
    plugin_log(base::log& log, const time::clock& clock, const instance_id& of) noexcept
        : log_(log), clock_(clock), of_(of) {}

    [[nodiscard]] bool is_enabled(base::log_level level) const noexcept {
        return log_.is_enabled(level);
    }
    void write(base::log_level level, std::string_view text) noexcept {
        if (!is_enabled(level)) {
            return; // before the limit: a line that is not written must not count
        }
        const std::lock_guard lock(mutex_);
        if (log_.allows(limit_, clock_.now_ns())) {
            log_.write(level, base::log_event::plugin, text, {name_field(of_), type_field(of_)});
        }
    }

private:
    base::log& log_;
    const time::clock& clock_;
    const instance_id& of_;
    base::priority_mutex mutex_; // guards limit_
    base::log_limit limit_{20};
};

} // namespace tactus::host
