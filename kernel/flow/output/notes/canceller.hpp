// SPDX-License-Identifier: MIT
// Takes back deliveries that wait: those of a tag, of a sender that has gone, or all of an output.
// It ends no note that sounds (silencer). Threads: loop.
#pragma once

#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <cstdint>

namespace tactus::flow {

class canceller {
public:
    // All must outlive it.
    canceller(timed_queue& queue, output_table& outputs, sysex_sender& sysex) noexcept
        : queue_(queue), outputs_(outputs), sysex_(sysex) {}

    // Cancels the deliveries that wait under the tag. Note-offs stay, and so do the deliveries that
    // were due when they came and wait only for the next pass (timed_queue::cancel_tag). Returns
    // how many it cancelled.
    std::uint64_t cancel_tag(std::uint32_t tag) noexcept;
    // The same, but a delivery that would begin a note is cancelled also if it was due when it
    // came: for a sender that has gone, which could not end the note.
    std::uint64_t cancel_gone_sender(std::uint32_t tag) noexcept;
    // Cancels everything under the tag, ends too, at the outputs all of whose ports are up.
    std::uint64_t cancel_where_up(std::uint32_t tag) noexcept;

    // Drops everything that waits, note-offs too, and what the outputs themselves have queued;
    // silencer::silence() follows. Of the events that a worker has, `handed_over` selects those
    // that still leave; without it, the ends of notes, and real-time messages such as the stop of a
    // clock.
    void drop(dropped reason) noexcept;
    void drop(std::uint16_t output, dropped reason, keep handed_over) noexcept;
    // The same for a panic; `kept` stays in the queue.
    void cancel_for_panic(output& to, keep kept) noexcept;
    // Drops what the output itself has queued, except `kept`.
    static void flush(output& to, keep kept) noexcept;

private:
    std::uint64_t cancel(std::uint32_t tag, timed_queue::choice is_spared) noexcept;

    timed_queue& queue_;
    output_table& outputs_;
    sysex_sender& sysex_;
};

} // namespace tactus::flow
