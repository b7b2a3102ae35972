// SPDX-License-Identifier: MIT
#include "kernel/daemon/checks/probe_environment.hpp"

#include "kernel/daemon/process/version.hpp"

#include <algorithm>
#include <utility>

namespace tactus::daemon {

probe_environment::probe_environment(flow::timed_queue queue, const base::log_settings& lines,
                                     const char* holds, host::call_watch* calls)
    : log_(lines), loop_(clock_), timebase_(clock_), dispatcher_(std::move(queue), clock_),
      fan_out_(dispatcher_, clock_), ingress_(fan_out_, dispatcher_, timebase_, clock_),
      calls_(log_, holds), services_{loop_,       timebase_, ingress_, fan_out_,
                                     dispatcher_, waiters_,  log_,     version} {
    services_.is_probe = true;
    if (calls != nullptr) {
        services_.calls = calls;
    } else if (calls_.begin()) { // otherwise a call that hangs is not named
        services_.calls = &calls_;
    }
}

result<std::unique_ptr<probe_environment>> probe_environment::make(base::log_settings lines,
                                                                   const char* holds) {
    return make(lines, holds, nullptr);
}

result<std::unique_ptr<probe_environment>>
probe_environment::make_within(host::call_watch& calls, base::log_settings lines) {
    return make(lines, host::call_watch::holds_daemon, &calls);
}

result<std::unique_ptr<probe_environment>>
probe_environment::make(base::log_settings lines, const char* holds, host::call_watch* calls) {
    lines.level = std::max(lines.level, base::log_level::warning);
    flow::queue_limits smallest;
    smallest.pending = {16, std::uint64_t{1} << 20};
    smallest.block_bytes = std::uint64_t{1} << 20;
    result<flow::timed_queue> queue =
        flow::timed_queue::make(smallest, time::real_clock().now_ns());
    if (!queue) {
        return unexpected<error>(queue.error());
    }
    std::unique_ptr<probe_environment> made(
        new probe_environment(std::move(*queue), lines, holds, calls));
    if (const result<std::uint16_t> output = made->dispatcher_.add_output({}); !output) {
        return unexpected<error>(output.error());
    }
    if (const result<std::uint16_t> input = made->ingress_.add_input({}); !input) {
        return unexpected<error>(input.error());
    }
    return made;
}

} // namespace tactus::daemon
