// SPDX-License-Identifier: MIT
// Silences outputs: cancels what waits, ends what sounds, and does both at once in a panic. A note
// must never be left sounding, at a port that comes back either. Threads: loop.
#pragma once

#include "kernel/flow/output/enqueuer.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <array>
#include <cstdint>

namespace tactus::flow {

class silencer {
public:
    // All must outlive it.
    silencer(timed_queue& queue, output_table& outputs, enqueuer& enqueuer, sysex_sender& sysex,
             output_account& account, const time::clock& clock) noexcept
        : queue_(queue), outputs_(outputs), enqueuer_(enqueuer), sysex_(sysex), account_(account),
          clock_(clock) {}

    // Cancels what waits under the tag; note-offs stay. Returns how many.
    std::uint64_t cancel_tag(std::uint32_t tag) noexcept;
    // A sender has gone: cancels what waits under its tag, and ends what it began and nobody has
    // ended, except what others hold too (note_holders). Returns how many were cancelled.
    std::uint64_t end_sender(std::uint32_t tag) noexcept;
    // Ends what sounds longer than its output allows. Call it when next_look_ns() has come.
    void end_overlong(std::int64_t now_ns) noexcept;
    [[nodiscard]] std::int64_t next_look_ns() const noexcept;
    // Cancels everything that waits, note-offs too, and what the outputs themselves have queued;
    // silence() follows. Of what a worker has, `handed_over` selects what still leaves; for all
    // outputs that is what ends notes, and real-time messages, such as the stop of a clock.
    void drop_all(dropped reason) noexcept;
    void drop_all(std::uint16_t output, dropped reason, keep handed_over) noexcept;

    // Ends everything that sounds at ports that are up: note-offs, and pedals up. Due now, or right
    // after what left ahead of its due time.
    void silence(std::uint16_t output, silence_cause cause) noexcept;
    // The same in fewer messages, for an output too slow for one per note: sustain off (CC 64), all
    // notes off (CC 123) and all sound off (CC 120) on each channel on which something sounds. What
    // was written as OSC is ended note by note. Source: MIDI 1.0, table 3a.
    void silence_channels(std::uint16_t output, silence_cause cause) noexcept;
    // How many messages silence() would send.
    [[nodiscard]] std::size_t to_silence(std::uint16_t output) noexcept;

    // Cancels what waits, also in the outputs themselves, then sends note-offs for what sounds,
    // then on each channel what silence_channels() sends; for every MIDI output. Other outputs are
    // silenced of what was written as OSC. Another panic within panic_ns is part of the first: it
    // only cancels what came meanwhile and ends what sounds.
    void panic() noexcept;
    static constexpr std::int64_t panic_ns = 250'000'000;

    // Down: the notes sound on, because the device may come back; up again: they are switched off.
    void ports_changed(output& of) noexcept;

private:
    // Calls use(remains) for each port that is up and has something left to end.
    template <class Use>
    std::size_t for_each_left(output& to, bool with_in_flight, Use&& use) noexcept;
    void cancel_waiting(output& to, keep kept) noexcept;
    static void flush(output& to, keep kept) noexcept;
    void sweep(output& to, std::int64_t now_ns) noexcept;
    void quiet_channel(output& to, const delivery& what, std::uint8_t channel) noexcept;
    void end_notes(output& to, const output_notes::remains& left, origin from) noexcept;
    bool end_one(output& to, const delivery& what,
                 const std::array<std::uint8_t, 3>& message) noexcept;

    timed_queue& queue_;
    output_table& outputs_;
    enqueuer& enqueuer_;
    sysex_sender& sysex_;
    output_account& account_;
    const time::clock& clock_;
};

} // namespace tactus::flow
