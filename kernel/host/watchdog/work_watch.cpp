// SPDX-License-Identifier: MIT
#include "kernel/host/watchdog/work_watch.hpp"

namespace tactus::host {

work_watch::work_watch(const host_services& services, const instance_id& who,
                       const instance_worker& worker) noexcept
    : services_(services), who_(who), worker_(worker) {
    timer_.owner = this;
    timer_.fire = [](coro::timer& node) noexcept { static_cast<work_watch*>(node.owner)->look(); };
}

void work_watch::began() noexcept {
    if (under_way_++ == 0) {
        arm(services_.reactor.clock().now_ns() + limit_ns);
    }
}

void work_watch::returned() noexcept {
    if (under_way_ > 0 && --under_way_ == 0) {
        services_.reactor.disarm(timer_);
    }
}

void work_watch::end() noexcept {
    under_way_ = 0;
    services_.reactor.disarm(timer_);
}

void work_watch::look() noexcept {
    const std::int64_t now_ns = services_.reactor.clock().now_ns();
    const std::int64_t since_ns = worker_.busy_since_ns();
    if (since_ns != since_ns_) {
        since_ns_ = since_ns;
        next_ns_ = limit_ns;
    }
    if (since_ns != 0 && now_ns - since_ns >= next_ns_) {
        next_ns_ = 2 * (now_ns - since_ns);
        const char* const in = worker_.busy_in();
        services_.log.warning(
            base::log_event::work_held,
            "A call of the plugin in its worker has not returned. The rest of the daemon runs on; "
            "tasks that wait for the call do not. If it stays so, look at its device, file or "
            "server.",
            {name_field(who_), base::kv("call", in == nullptr ? "" : in),
             base::kv("seconds", (now_ns - since_ns) / 1'000'000'000)});
    }
    arm((since_ns == 0 ? now_ns : since_ns) + next_ns_);
}

} // namespace tactus::host
