// SPDX-License-Identifier: MIT
// Records what became of a delivery: counts it in its output's ledger, and notifies the observers,
// if there are any. Threads: loop.
#pragma once

#include "kernel/flow/event_observer.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/deadline_misses.hpp"
#include "kernel/flow/output/output.hpp"

#include <algorithm>
#include <cstdint>

namespace tactus::flow {

class ledger_writer {
public:
    // Of all events, of inputs too.
    [[nodiscard]] event_observers& observers() noexcept { return event_observers_; }
    [[nodiscard]] const event_observers& observers() const noexcept { return event_observers_; }
    // Observers of the deliveries of inputs; nullptr: none at all.
    void set_outcome_observers(const outcome_observers* all) noexcept { outcome_observers_ = all; }

    // Of an event that an input gave that tag. Of `what`, everything is known but the output and
    // the reason; the second form is for an event whose contents are not known any more.
    void count_dropped(output& by, dropped reason, std::uint32_t tag,
                       const observed_event& what) const noexcept;
    void count_dropped(output& by, dropped reason, std::uint16_t input,
                       std::uint32_t tag) const noexcept;
    // The same, for the event observers only: the output has counted it.
    void show_dropped(std::uint16_t output, dropped reason,
                      const observed_event& what) const noexcept;
    // The sink took the event, which came by that route.
    void tell_taken(const output& to, const tactus_event& event, std::uint16_t input,
                    std::int64_t now_ns, std::uint16_t route = unknown_route) const noexcept {
        if (!event_observers_.is_empty()) {
            show_taken(to, event, {.input = input, .route = route, .at_ns = now_ns});
        }
        if (outcome_observers_ != nullptr) {
            tell_sent(to, event, input, now_ns);
        }
    }
    // A sink that sends at once has sent it. `route`: by which it came.
    void count_sent(output& to, const tactus_event& event, std::int64_t now_ns,
                    std::uint16_t route = unknown_route) noexcept {
        const std::int64_t late_ns =
            now_ns - std::max(event.due_ns - to.connected.ahead_ns, event.received_ns);
        to.lateness.record(late_ns);
        count_sent_late(to, late_ns, route, event.received_ns);
    }
    // Some sink has sent it, and records its lateness itself.
    void count_sent_late(output& to, std::int64_t late_ns, std::uint16_t route,
                         std::int64_t came_ns) noexcept {
        ++to.ledger.sent;
        if (late_ns > to.settings.miss_limit_ns) {
            ++to.ledger.missed;
            misses_.add(route, came_ns);
        }
    }
    [[nodiscard]] deadline_misses& misses() noexcept { return misses_; }
    [[nodiscard]] const deadline_misses& misses() const noexcept { return misses_; }

private:
    void tell_sent(const output& by, const tactus_event& event, std::uint16_t input,
                   std::int64_t now_ns) const noexcept;
    void show_taken(const output& to, const tactus_event& event,
                    observed_event what) const noexcept;

    event_observers event_observers_;
    const outcome_observers* outcome_observers_ = nullptr;
    deadline_misses misses_;
};

} // namespace tactus::flow
