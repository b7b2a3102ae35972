// SPDX-License-Identifier: MIT
// Sends one message to one output: has it written in the output's protocol, holds back what a muted
// route or a limit of the input does not let through, and gives the delivery to the dispatcher. The
// outcome_tally has the deliveries that it could not send. Threads: loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/message_writer.hpp"
#include "kernel/flow/route/outcome_tally.hpp"
#include "kernel/flow/route/port_resolver.hpp"
#include "kernel/flow/route/route_muting.hpp"

#include <cstdint>

namespace tactus::flow {

class delivery_sender {
public:
    // Members of the fan-out; all must outlive it.
    struct parts {
        flow::dispatcher& dispatcher;
        due_watch& watch;
        port_resolver& ports;
        const route_muting& muting;
        message_writer& writer;
        outcome_tally& record;
    };
    explicit delivery_sender(const parts& with) noexcept : with_(with) {}

    // Sets the port there that the message is for. Unless it returns `delivered`, the message asks
    // by name for one that is not meant there, which is recorded.
    [[nodiscard]] route_result find_port(const message& one, destination& to) noexcept {
        return one.packet->port == 0 ? route_result::delivered : find_named(one, to);
    }
    // `block` holds its bytes, for several outputs; may be nullptr.
    route_result send(const message& one, const destination& to, payload_block* block) noexcept;
    // The event that a route's `as` has made of it.
    route_result send_made(const own_event& own, const message& one,
                           const destination& to) noexcept;
    // SysEx in parts. An output gets no part if it takes no parts, or has one from elsewhere under
    // way. Bounds: first.opens is set.
    route_result begin_parts(const message& first, const destination& to,
                             payload_block* block) noexcept;
    // A later part, or the last, to each output that took the first.
    void send_part(const sysex_streams::stream& of, const message& part) noexcept;

private:
    [[nodiscard]] route_result find_named(const message& one, destination& to) noexcept;
    route_result down(const message& one, std::uint16_t output) noexcept;
    [[nodiscard]] static delivery delivery_of(const message& one, const destination& to) noexcept;
    [[nodiscard]] bool is_held_back(const destination& to, const delivery& what) noexcept;
    [[nodiscard]] bool passes(const message& one, std::uint16_t output,
                              const delivery& what) noexcept;
    route_result deliver(const destination& to, delivery& what) noexcept;
    route_result deliver_in_pieces(std::uint16_t output, delivery& what) noexcept;
    route_result deliver_note(const destination& to, delivery& what,
                              std::int64_t length_ns) noexcept;
    void expect(std::uint16_t output, const delivery& what) noexcept;

    parts with_;
};

} // namespace tactus::flow
