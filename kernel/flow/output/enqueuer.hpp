// SPDX-License-Identifier: MIT
// Lets deliveries into the timed queue: which room each may use, which ends of notes are owed, and
// what did not find room. A full queue must refuse neither the end of what sounds, nor what the
// kernel sends itself. Threads: loop.
#pragma once

#include "kernel/flow/output/delivery.hpp"
#include "kernel/flow/output/ledger_writer.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace tactus::flow {

class enqueuer {
public:
    // All must outlive it.
    enqueuer(timed_queue& queue, output_table& outputs, const ledger_writer& outcomes,
             const time::clock& clock) noexcept
        : queue_(queue), outputs_(outputs), outcomes_(outcomes), clock_(clock) {}

    // Every delivery is accepted here, or accepted and dropped at once: returns nothing if it
    // waits, otherwise the reason, under which it was recorded.
    std::optional<dropped> deliver(std::uint16_t output, const delivery& what) noexcept;
    // A note-on that ends by itself, and its note-off: both, or neither. The pair is exact: the
    // note-off is sent only if its note-on was, and no later than the same note begins anew.
    // Bounds: length_ns > 0. Returns what deliver() would return for the note-on.
    std::optional<dropped> deliver_note(std::uint16_t output, const delivery& on,
                                        std::int64_t length_ns) noexcept;
    // A message that the kernel sends itself, as critical. `what` sets the origin, due time, port
    // and protocol. Returns false if it was dropped at once.
    bool deliver_own(std::uint16_t output, const delivery& what,
                     std::span<const std::uint8_t> message) noexcept;
    // For a delivery that cannot be made: counts it as accepted and dropped.
    void refuse(std::uint16_t output, dropped reason, origin from = origin::route) noexcept;
    // The same, and notifies the observers.
    void refuse(std::uint16_t output, dropped reason, const delivery& what) noexcept;

    // Whether it is MIDI real-time, which no mute holds back.
    [[nodiscard]] static bool is_real_time(const event_source& source) noexcept;
    // Whether something that was let in waits for this delivery to end it; such an end passes when
    // other events are refused. At most one for each note or pedal.
    [[nodiscard]] bool owes_end(std::uint16_t output, const delivery& what) noexcept;

private:
    [[nodiscard]] static claim claim_of(output& to, const delivery& what) noexcept;

    timed_queue& queue_;
    output_table& outputs_;
    const ledger_writer& outcomes_;
    const time::clock& clock_;
};

} // namespace tactus::flow
