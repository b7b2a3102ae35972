// SPDX-License-Identifier: MIT
// Sends one event to one output, past all routes, for an operator: it is written in the output's
// protocol as a routed event would be, and counts in the output's ledger as origin `send`. What
// becomes of the deliveries is told to the outcome observer of outcome_observers::operator_owner.
// Not for each event: it has the room of a default share only. Threads: loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/message_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tactus::flow {

class direct_sender {
public:
    struct sent {
        std::size_t deliveries = 0; // that the observer is told about
        std::optional<dropped> why; // the first that was dropped at once
        std::string no_form;        // why the output cannot be sent it; then there is no delivery
    };

    // The dispatcher must outlive it.
    explicit direct_sender(dispatcher& dispatcher) noexcept : dispatcher_(dispatcher) {}

    // A note-on is ended length_ns after it is due, if that is above 0. The packet's tag is the
    // operator's. Bounds: checked, with a due time; a length only for a note-on in MIDI.
    [[nodiscard]] sent send(std::uint16_t output, const message& one, std::int64_t length_ns);

private:
    void write_and_deliver(std::uint16_t output, const message& one, std::int64_t length_ns,
                           sent& into);

    dispatcher& dispatcher_;
    message_writer writer_;
};

} // namespace tactus::flow
