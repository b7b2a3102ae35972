// SPDX-License-Identifier: MIT
// Records what became of a delivery: counts it in its output's ledger, and notifies the observers,
// if there are any. Threads: loop.
#pragma once

#include "kernel/flow/delivery_observer.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/output.hpp"

#include <algorithm>
#include <cstdint>

namespace tactus::flow {

class ledger_writer {
public:
    // nullptr: no observer.
    void set_delivery_observer(delivery_observer* onlooker) noexcept {
        delivery_observer_ = onlooker;
    }
    // Observers of the deliveries of inputs; nullptr: none at all.
    void set_outcome_observers(const outcome_observers* all) noexcept { outcome_observers_ = all; }

    // Of an event that an input gave that tag.
    void count_dropped(output& by, dropped reason, std::uint16_t input,
                       std::uint32_t tag) const noexcept;
    // The sink took the event.
    void tell_taken(const output& to, const tactus_event& event, std::uint16_t input,
                    std::int64_t now_ns) const noexcept {
        if (delivery_observer_ != nullptr) {
            delivery_observer_->saw({to, event, input, now_ns});
        }
        if (outcome_observers_ != nullptr) {
            tell_sent(to, event, input, now_ns);
        }
    }
    // A sink that sends at once has sent it.
    static void count_sent(output& to, const tactus_event& event, std::int64_t now_ns) noexcept {
        ++to.ledger.sent;
        to.lateness.record(now_ns -
                           std::max(event.due_ns - to.connected.ahead_ns, event.received_ns));
    }

private:
    void tell_sent(const output& by, const tactus_event& event, std::uint16_t input,
                   std::int64_t now_ns) const noexcept;

    delivery_observer* delivery_observer_ = nullptr;
    const outcome_observers* outcome_observers_ = nullptr;
};

} // namespace tactus::flow
