// SPDX-License-Identifier: MIT
#include "kernel/daemon/reports/clock_report.hpp"

#include <cstdlib>
#include <new>
#include <string>

namespace tactus::daemon {
namespace {

// "desk, foyer"; an input whose sender's clock is followed does not depend on ours.
std::string on_wall_clock(const config::settings& settings) {
    std::string names;
    for (const config::input_settings& each : settings.inputs) {
        if (!each.is_vacant() && !each.follows_sender) {
            names += (names.empty() ? "" : ", ") + each.name;
        }
    }
    return names;
}

} // namespace

void clock_report::slept(std::int64_t for_ns, std::int64_t now_ns) noexcept {
    known_ns_ += for_ns; // the wall clock went on meanwhile, which is no step
    if (std::llabs(timebase_.offset_ns() - known_ns_) <= time::timebase::step_limit_ns) {
        known_ns_ = timebase_.offset_ns();
    }
    if (!log_.allows(sleeps_, now_ns)) {
        return;
    }
    try {
        log_.warning(base::log_event::machine_resumed,
                     "The machine was suspended; events that were due meanwhile are late, and are "
                     "treated as [time] late says.",
                     {base::kv_seconds("seconds", for_ns)});
    } catch (const std::bad_alloc&) {
        return; // the metrics still tell
    }
}

void clock_report::stepped(std::int64_t now_ns) noexcept {
    const std::int64_t by_ns = timebase_.offset_ns() - known_ns_;
    known_ns_ = timebase_.offset_ns();
    if (!log_.allows(steps_, now_ns)) {
        return;
    }
    try {
        log_.warning(base::log_event::clock_stepped,
                     "The wall clock was stepped. Later time tags are read by the new time; the "
                     "due times of waiting events do not change.",
                     {base::kv_seconds("seconds", by_ns),
                      base::kv("inputs_by_wall_clock", on_wall_clock(settings_))});
    } catch (const std::bad_alloc&) {
        return; // as above
    }
}

} // namespace tactus::daemon
