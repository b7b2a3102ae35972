// SPDX-License-Identifier: MIT
// Which of the observed events a tap shows. Pure. Threads: one at a time.
#pragma once

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/flow/event_observer.hpp"

#include <cstdint>
#include <optional>

namespace tactus::daemon {

struct tap_filter {
    std::optional<std::uint16_t> input{};
    std::optional<std::uint16_t> output{};       // what is of an input only is not shown then
    std::optional<codec::osc_pattern> address{}; // no MIDI then
    bool only_late = false;                      // with only_dropped: either
    bool only_dropped = false;                   // what was dropped, rejected or left unrouted
    bool with_received = false;                  // also what inputs gave and outputs got

    [[nodiscard]] bool takes(const flow::observed_event& one) const noexcept;
};

} // namespace tactus::daemon
