// SPDX-License-Identifier: MIT
// Sends what a route with `as`, `throttle` or `dedupe` makes of a message: an event of its own, for
// each output of that route. Asks the route's rate gate first if the message is due, and gives a
// ticket to what it lets through later, or will answer when it is due. Threads: loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/route/delivery_sender.hpp"
#include "kernel/flow/route/gated_events.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/message_writer.hpp"
#include "kernel/flow/route/outcome_tally.hpp"
#include "kernel/flow/route/rate_gate.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace tactus::flow {

class rule_sender {
public:
    // Members of the fan-out; all must outlive it.
    struct parts {
        flow::dispatcher& dispatcher;
        due_watch& watch;
        message_writer& writer;
        delivery_sender& sender;
        outcome_tally& record;
        gated_events& gated;
    };
    explicit rule_sender(const parts& with) noexcept : with_(with) {}

    // Bounds: a route with an event of its own (route::is_own) that takes the message.
    route_result send(const rule& rule, const message& one, const event_scope& scope,
                      std::optional<dropped> muted_as) noexcept;

private:
    route_result send_gated(const own_event& own, const message& one) noexcept;
    route_result send_on(const own_event& own, const message& one) noexcept;
    route_result send_later(const own_event& own, const message& one, std::int64_t due_ns,
                            std::uint32_t ticket) noexcept;
    route_result hold_back(const rule& rule, const message& one, rate_gate::verdict why) noexcept;
    [[nodiscard]] rate_gate::question question_of(const own_event& own, const message& one,
                                                  std::span<const std::uint8_t> midi) noexcept;
    [[nodiscard]] bool must_wait_for_others(const rule& rule, const message& one) const noexcept;

    parts with_;
};

} // namespace tactus::flow
