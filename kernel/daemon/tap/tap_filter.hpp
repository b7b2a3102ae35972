// SPDX-License-Identifier: MIT
// Which of the observed events a tap shows. It names inputs and outputs, since a reload may give
// their numbers to others. Pure. Threads: one at a time.
#pragma once

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/daemon/tap/tap_text.hpp"
#include "kernel/flow/event_observer.hpp"

#include <optional>
#include <string>

namespace tactus::daemon {

struct tap_filter {
    std::optional<std::string> input{};
    std::optional<std::string> output{};         // what is of an input only is not shown then
    std::optional<codec::osc_pattern> address{}; // no MIDI then
    bool only_late = false;                      // with only_dropped: either
    bool only_dropped = false;                   // what was dropped, rejected or left unrouted
    bool with_received = false;                  // also what inputs gave and outputs got

    // `names`: the names for the numbers of the event.
    [[nodiscard]] bool takes(const flow::observed_event& one,
                             const tap_names& names) const noexcept;
};

} // namespace tactus::daemon
