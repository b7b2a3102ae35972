// SPDX-License-Identifier: MIT
// The reasons that an output gives for events it could not send, as lines of the log: one a second
// at most, and how many were not written. The counters count all of them. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/host/instance_id.hpp"
#include "kernel/time/clock.hpp"

#include <string>
#include <string_view>

namespace tactus::host {

class failed_events {
public:
    // All three must outlive it.
    failed_events(base::log& log, const time::clock& clock, const instance_id& who) noexcept
        : log_(log), clock_(clock), who_(who) {}

    // `reason`: a sentence of the plugin's; empty: it gave none, and nothing is written.
    void tell(std::string_view reason) noexcept {
        if (!reason.empty() && log_.allows(limit_, clock_.now_ns())) {
            log_.warning(base::log_event::event_failed,
                         "An event could not be sent: " + std::string(reason), {name_field(who_)});
        }
    }

private:
    base::log& log_;
    const time::clock& clock_;
    const instance_id& who_;
    base::log_limit limit_{1};
};

} // namespace tactus::host
