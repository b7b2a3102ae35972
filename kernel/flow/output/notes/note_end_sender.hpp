// SPDX-License-Identifier: MIT
// For an output with notes that end by themselves, and whose sink sends at once: hands over what is
// due, and ends a note that begins anew before its end. Each such note is two deliveries, let in
// together; whether the note-off is still needed is decided when it is due, by what was really
// sent:
//
//   on  handed over     the note ends at E
//   off due, E is its   sent
//   off due, E is not   dropped as `outdated`: its note-on never left, or the note has ended or
//                       begun anew meanwhile
//   on of a note that sounds until E   a note-off is sent first, so that every note-on has its own
//
// A worker does the same for an output that may block. Threads: loop.
#pragma once

#include "kernel/flow/output/due_batch.hpp"
#include "kernel/flow/output/ledger_writer.hpp"
#include "kernel/flow/output/mutes.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <cstdint>
#include <span>

namespace tactus::flow {

class note_end_sender {
public:
    // All must outlive it.
    note_end_sender(timed_queue& queue, const mutes& mutes, due_batch& batch,
                    ledger_writer& outcomes) noexcept
        : queue_(queue), mutes_(mutes), batch_(batch), outcomes_(outcomes) {}

    // As due_batch::hand_over.
    void hand_over(output& to, std::span<const due_entry> due, std::int64_t now_ns) noexcept;

private:
    [[nodiscard]] std::size_t run_of(const output& to,
                                     std::span<const due_entry> due) const noexcept;
    bool end_before(output& to, std::span<const due_entry> run, std::int64_t now_ns) noexcept;
    bool send_end(output& to, const tactus_event& begun_anew, std::int64_t now_ns) noexcept;

    timed_queue& queue_;
    const mutes& mutes_;
    due_batch& batch_;
    ledger_writer& outcomes_;
};

} // namespace tactus::flow
