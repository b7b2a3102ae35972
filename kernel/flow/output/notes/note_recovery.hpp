// SPDX-License-Identifier: MIT
// The notes of an output over the times in which they cannot be ended: while a port is down, after
// the output has lost its sink, and, by the state file, after the daemon itself has ended. A note
// must not be left sounding: as soon as its port is up again, it is ended. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/end_writer.hpp"
#include "kernel/flow/output/notes/sounding_slots.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>

namespace tactus::flow {

class note_recovery {
public:
    // All must outlive it.
    note_recovery(output_table& outputs, output_account& account, end_writer& ends,
                  const time::clock& clock) noexcept
        : outputs_(outputs), account_(account), ends_(ends), clock_(clock) {}

    // While a port is down, its notes sound on, because the device may come back. When it is up
    // again, they are ended, at due_ns, which is before everything that waits.
    void ports_changed(output& of, std::int64_t due_ns) noexcept;
    // The output has lost its sink, and with it its ports: in the normal way, or cut off in a call.
    // The events that the sink took last may never have left: the ends among them are in doubt.
    // Bounds: call it before the output's ports change.
    void detached(output& of, bool is_cut_off) noexcept;
    // All has been silenced, and the outputs end: each sends the events that it holds. The ends
    // that it took are in doubt only if it is cut off, or if it reports its port as offline.
    void begin_end() noexcept;
    // The output is about to stop, and has been silenced.
    void settle(std::uint16_t output) noexcept;
    // The output has stopped for ever, or will begin with another definition: whoever reaches its
    // ports ends its notes (sounding_slots).
    output_notes::left_behind set_aside(std::uint16_t output);

    // The slots of the state file with the notes that may sound.
    [[nodiscard]] sounding_slots& slots() noexcept { return slots_; }

private:
    output_table& outputs_;
    output_account& account_;
    end_writer& ends_;
    const time::clock& clock_;
    sounding_slots slots_{outputs_, account_, clock_};
};

} // namespace tactus::flow
