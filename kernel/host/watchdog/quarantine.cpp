// SPDX-License-Identifier: MIT
#include "kernel/host/watchdog/quarantine.hpp"

#include <algorithm>
#include <utility>

namespace tactus::host {

quarantine::quarantine(const host_services& services) : services_(services) {
    timer_.owner = this;
    timer_.fire = [](coro::timer& node) noexcept { static_cast<quarantine*>(node.owner)->look(); };
}

quarantine::~quarantine() {
    services_.reactor.disarm(timer_);
    for (std::unique_ptr<instance>& each : kept_) {
        each->leave_behind();
        (void)each.release();
    }
}

void quarantine::add(std::unique_ptr<instance> cut_off) {
    kept_.push_back(std::move(cut_off));
    if (kept_.size() == 1) {
        arm();
    }
}

std::size_t quarantine::hanging() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(kept_.begin(), kept_.end(),
                      [](const std::unique_ptr<instance>& each) { return each->hangs(); }));
}

call_totals quarantine::calls() const noexcept {
    call_totals sum = past_calls_;
    for (const std::unique_ptr<instance>& each : kept_) {
        sum += each->calls();
    }
    return sum;
}

void quarantine::look() noexcept {
    for (std::unique_ptr<instance>& each : kept_) {
        if (!each->wind_down()) {
            continue;
        }
        each->destroy();
        past_calls_ += each->calls();
        services_.log.info(
            base::log_event::instance_ended,
            "The hung call has returned, and the instance that was cut off has ended.",
            {name_field(each->resources().who())});
        each.reset();
    }
    std::erase(kept_, nullptr);
    if (!kept_.empty()) {
        arm();
    }
}

void quarantine::arm() noexcept {
    services_.reactor.arm(timer_, services_.reactor.clock().now_ns() + look_every_ns);
}

} // namespace tactus::host
