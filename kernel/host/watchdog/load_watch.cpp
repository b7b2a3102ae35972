// SPDX-License-Identifier: MIT
#include "kernel/host/watchdog/load_watch.hpp"

#include <algorithm>

namespace tactus::host {

void load_watch::join(const std::string& instance, const call_totals& used) {
    users_.push_back({&instance, &used, used});
}

void load_watch::leave(const call_totals& used) noexcept {
    std::erase_if(users_, [&](const user& each) { return each.used == &used; });
}

void load_watch::look(std::int64_t now_ns, std::int64_t sending_ns) noexcept {
    const std::int64_t busy_ns = busy_ns_();
    const std::int64_t window = now_ns - since_ns_;
    const std::int64_t busy = busy_ns - busy_before_ns_;
    // A window that is much longer had a pause: nobody called.
    const bool is_first = since_ns_ < 0 || busy_ns < 0 || window >= 2 * window_ns;
    if (is_first || busy < window / 100 * busy_percent) {
        busy_for_ns_ = 0;
        next_report_ns_ = 0;
    } else {
        busy_for_ns_ += window;
        if (busy_for_ns_ >= next_report_ns_) {
            next_report_ns_ = 2 * busy_for_ns_;
            report(window, busy - (sending_ns - sending_before_ns_));
        }
    }
    since_ns_ = now_ns;
    busy_before_ns_ = busy_ns;
    sending_before_ns_ = sending_ns;
    for (user& each : users_) {
        each.before = *each.used;
    }
}

// `between_ns`: busy, and not in send.
void load_watch::report(std::int64_t window, std::int64_t between_ns) noexcept {
    std::uint64_t calls = 0;
    for (const user& each : users_) {
        calls += each.in_window().calls;
        between_ns -= each.in_window().spent_ns;
    }
    if (calls == 0) {
        return;
    }
    const double each_call_ns =
        std::clamp(static_cast<double>(between_ns) / static_cast<double>(calls), 0.0,
                   static_cast<double>(turn_max_ns));
    const auto took_ns = [&](const user& each) {
        const call_totals its = each.in_window();
        return static_cast<double>(its.spent_ns) + each_call_ns * static_cast<double>(its.calls);
    };
    const auto most =
        std::max_element(users_.begin(), users_.end(), [&](const user& one, const user& other) {
            return took_ns(one) < took_ns(other);
        });
    const auto percent = static_cast<int>(100 * took_ns(*most) / static_cast<double>(window));
    if (percent < named_percent) {
        return;
    }
    const std::uint64_t per_s =
        most->in_window().calls / static_cast<std::uint64_t>(window / 1'000'000'000);
    log_.warning(base::log_event::loop_busy,
                 "The event loop has had no pause, mainly because of many short calls into this "
                 "plugin: timed events leave late. If it has little to do, the plugin waits "
                 "repeatedly for something that is always ready.",
                 {base::kv("instance", *most->instance), base::kv("percent", percent),
                  base::kv("calls_per_second", per_s),
                  base::kv("seconds", busy_for_ns_ / 1'000'000'000)});
}

} // namespace tactus::host
