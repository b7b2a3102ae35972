// SPDX-License-Identifier: MIT
// Ends notes and pedals that sound: of one output or of all, of a sender that has gone, of those
// that someone chooses, or that are on for too long; and in a panic. "Silence" means that ends are
// sent, as far as ports are up; while a port is down, note_recovery keeps its notes. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/canceller.hpp"
#include "kernel/flow/output/notes/end_writer.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <functional>

namespace tactus::flow {

class silencer {
public:
    // All must outlive it.
    silencer(output_table& outputs, canceller& canceller, end_writer& ends, sysex_sender& sysex,
             output_account& account, const time::clock& clock) noexcept
        : outputs_(outputs), canceller_(canceller), ends_(ends), sysex_(sysex), account_(account),
          clock_(clock) {}

    // A sender has gone: cancels the deliveries that wait under its tag, and ends the notes that it
    // began and nobody has ended, except those that others hold too (note_holders). A note that it
    // began just now is not sent: it would end in the same moment. Returns how many were cancelled.
    std::uint64_t end_sender(std::uint32_t tag) noexcept;
    // The same for a sender of the kernel's own, all of whose critical events end something: they
    // are taken back too, except where a port is down and may need them.
    std::uint64_t take_back_sender(std::uint32_t tag) noexcept;
    // Ends the notes of these senders, as end_sender() does, and counts them under `cause`; their
    // deliveries that wait stay.
    void end_notes_of_senders(const sender_range& who, silence_cause cause) noexcept;

    // Ends the notes that sound for longer than their output allows. Call it when next_look_ns()
    // has come.
    void end_overlong(std::int64_t now_ns) noexcept;
    [[nodiscard]] std::int64_t next_look_ns() const noexcept;

    // Ends everything that sounds at ports that are up: note-offs, and pedals up. Due now, or right
    // after the deliveries that left ahead of their due time.
    void silence(std::uint16_t output, silence_cause cause) noexcept;
    // The same in fewer messages, for an output too slow for one per note: the controllers of
    // end_writer::end_channel() on each channel on which something sounds. Notes that were written
    // as OSC are ended one by one.
    void silence_channels(std::uint16_t output, silence_cause cause) noexcept;
    // The operator has muted the output: takes back what it has queued, and silences it.
    void silence_muted(std::uint16_t output);
    // Ends the notes and pedals at ports that are up whose owners `is_chosen` selects. Due after
    // everything that was handed over ahead of its time.
    using note_choice = std::function<bool(const note_owner&)>;
    void end_notes_of(std::uint16_t output, const note_choice& is_chosen,
                      silence_cause cause = silence_cause::operator_);
    // The same at each output that is there, whose number `is_chosen` gets.
    using note_choice_at = std::function<bool(std::uint16_t output, const note_owner&)>;
    void end_notes_everywhere(const note_choice_at& is_chosen, silence_cause cause);
    // Another route has that id from now on: no route owns the notes of the former one.
    void forget_route(std::uint16_t id) noexcept;

    // Cancels the deliveries that wait, also in the outputs themselves, then ends the notes that
    // sound, then sends end_writer::end_channel() on each channel; for every MIDI output. Other
    // outputs are silenced of the notes that were written as OSC. Another panic within panic_ns is
    // part of the first: it only cancels what came meanwhile and ends what sounds.
    void panic() noexcept;
    void panic(std::uint16_t output) noexcept; // the same for that output alone
    static constexpr std::int64_t panic_ns = 250'000'000;

private:
    void end_all_channels(output& to, std::int64_t now_ns) noexcept;

    output_table& outputs_;
    canceller& canceller_;
    end_writer& ends_;
    sysex_sender& sysex_;
    output_account& account_;
    const time::clock& clock_;
};

} // namespace tactus::flow
