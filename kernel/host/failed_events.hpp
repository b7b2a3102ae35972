// SPDX-License-Identifier: MIT
// The reasons that an output gives for events it could not send, as lines of the log: one a second
// at most, and how many were not written. The counters count all of them. Threads: loop.
#pragma once

#include "kernel/host/host_services.hpp"
#include "kernel/host/instance_id.hpp"

#include <string>
#include <string_view>

namespace tactus::host {

class failed_events {
public:
    // Both must outlive it.
    failed_events(const host_services& services, const instance_id& who) noexcept
        : services_(services), who_(who) {}

    // `reason`: a sentence of the plugin's; empty: it gave none, and nothing is written.
    void tell(std::string_view reason) noexcept {
        if (!reason.empty() && services_.log.allows(limit_, services_.reactor.clock().now_ns())) {
            services_.log.warning(base::log_event::event_failed,
                                  "An event could not be sent: " + std::string(reason),
                                  {name_field(who_)});
        }
    }

private:
    const host_services& services_;
    const instance_id& who_;
    base::log_limit limit_{1};
};

} // namespace tactus::host
