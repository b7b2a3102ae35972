// SPDX-License-Identifier: MIT
#include "kernel/host/watchdog/blocked_calls.hpp"

namespace tactus::host {

void blocked_calls::took(const char* callback, std::int64_t took_ns) noexcept {
    if (took_ns < limit_ns || services_.is_probe) {
        return;
    }
    ++totals_.blocked;
    if (services_.log.allows(limit_, services_.reactor.clock().now_ns())) {
        services_.log.warning(base::log_event::call_slow,
                              "A plugin held up all timed events: its call must return within "
                              "microseconds, or be declared as one that may block.",
                              {base::kv("instance", instance_), base::kv("call", callback),
                               base::kv("ms", took_ns / 1'000'000)});
    }
}

} // namespace tactus::host
