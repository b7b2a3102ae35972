// SPDX-License-Identifier: MIT
// Silences outputs: cancels what waits, ends what sounds, and does both at once in a panic. A note
// must never be left sounding, at a port that comes back either. Threads: loop.
#pragma once

#include "kernel/flow/output/enqueuer.hpp"
#include "kernel/flow/output/notes/sounding_slots.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace tactus::flow {

class silencer {
public:
    // All must outlive it.
    silencer(timed_queue& queue, output_table& outputs, enqueuer& enqueuer, sysex_sender& sysex,
             output_account& account, const time::clock& clock) noexcept
        : queue_(queue), outputs_(outputs), enqueuer_(enqueuer), sysex_(sysex), account_(account),
          clock_(clock) {}

    // Cancels what waits under the tag; note-offs stay, and so does what was due when it came and
    // waits only for the next pass (timed_queue::cancel_tag). Returns how many.
    std::uint64_t cancel_tag(std::uint32_t tag) noexcept;
    // A sender has gone: cancels what waits under its tag, and ends what it began and nobody has
    // ended, except what others hold too (note_holders). A note that it began just now is not sent:
    // it would end in the same moment. Returns how many were cancelled.
    std::uint64_t end_sender(std::uint32_t tag) noexcept;
    // The same for a sender of the kernel's own, all of whose critical events end something: they
    // are taken back too, except where a port is down and may need them.
    std::uint64_t take_back_sender(std::uint32_t tag) noexcept;
    // As end_sender(), of what senders began, for that cause; what they have scheduled stays.
    void let_go(const sender_range& who, silence_cause cause) noexcept;
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
    // Ends the notes and pedals at ports that are up whose owners `is_chosen` selects. Due after
    // everything that was handed over ahead of its time.
    using note_choice = std::function<bool(const note_owner&)>;
    void end_notes_of(std::uint16_t output, const note_choice& is_chosen,
                      silence_cause cause = silence_cause::operator_);
    // The same at each output that is there; `is_chosen` is told which one it is.
    using note_choice_at = std::function<bool(std::uint16_t output, const note_owner&)>;
    void end_notes_everywhere(const note_choice_at& is_chosen, silence_cause cause);
    // Another route has that id from now on: what the former one has begun is nobody's.
    void forget_route(std::uint16_t id) noexcept;
    // The output was muted: takes back what it has queued, and ends what sounds.
    void quiet(std::uint16_t output);
    // How many messages silence() would send.
    [[nodiscard]] std::size_t to_silence(std::uint16_t output) noexcept;

    // Cancels what waits, also in the outputs themselves, then sends note-offs for what sounds,
    // then on each channel what silence_channels() sends; for every MIDI output. Other outputs are
    // silenced of what was written as OSC. Another panic within panic_ns is part of the first: it
    // only cancels what came meanwhile and ends what sounds.
    void panic() noexcept;
    void panic(std::uint16_t output) noexcept; // the same for that output alone
    static constexpr std::int64_t panic_ns = 250'000'000;

    // Down: the notes sound on, because the device may come back; up again: they are switched off,
    // at due_ns, which is before anything that waits.
    void ports_changed(output& of, std::int64_t due_ns) noexcept;
    // Its sink is gone, with the ports: after a proper end, or cut off in a call. What it took last
    // may never have left then: the ends among it are in doubt. Bounds: call it before its ports
    // change.
    void detached(output& of, bool is_cut_off) noexcept;

    // All has been silenced, and the outputs end: each sends what it holds. The ends that it took
    // are in doubt only if it is cut off, or if it says that its port is offline.
    void begin_end() noexcept {
        outputs_.for_each([](output& of) { of.is_ending = true; });
    }
    // How many notes and pedals may sound at that output, at ports that are down and in doubt too.
    [[nodiscard]] std::size_t may_sound_at(std::uint16_t output);
    // Whether something was begun there and not ended, for certain.
    [[nodiscard]] bool is_sounding_at(std::uint16_t output) noexcept {
        const std::vector<port_notes::entry>& all = outputs_[output].notes.ports();
        return std::any_of(all.begin(), all.end(),
                           [](const port_notes::entry& each) { return each.notes.to_end() > 0; });
    }

    // The output has stopped for ever, or will begin with another definition: what sounds there is
    // left to whoever reaches its ports (sounding_slots).
    output_notes::left_behind set_aside(std::uint16_t output);
    // The output is about to stop, and has been silenced.
    void settle(std::uint16_t output) noexcept;
    // How many notes and pedals sound, in all outputs, also at ports that are down.
    [[nodiscard]] std::size_t count_sounding() noexcept;
    // The same of one output.
    [[nodiscard]] std::size_t count_sounding(std::uint16_t output) noexcept;
    // Of those, at ports that are down: a panic does not reach them.
    [[nodiscard]] std::size_t count_unreachable(std::uint16_t output);
    // What may sound, in a file; see there.
    [[nodiscard]] sounding_slots& slots() noexcept { return slots_; }
    std::size_t record_in(sounding_file& file, std::uint16_t output, std::string_view name,
                          std::string_view definition = {}) {
        return slots_.record_in(file, output, name, definition);
    }
    void end_record(bool keeps) { slots_.end(keeps); }

private:
    // Calls use(remains) for each port that is up and has something left to end.
    template <class Use>
    std::size_t for_each_left(output& to, bool with_in_flight, Use&& use) noexcept;
    // A frozen output lets nothing leave that is due later.
    [[nodiscard]] std::int64_t now_ns_at(const output& to) const noexcept {
        return queue_.departures().before_freeze(to.index, clock_.now_ns());
    }
    std::uint64_t cancel_tag(std::uint32_t tag, timed_queue::choice is_spared) noexcept;
    void cancel_waiting(output& to, keep kept) noexcept;
    static void flush(output& to, keep kept) noexcept;
    void sweep(output& to, std::int64_t now_ns) noexcept;
    void quiet_channel(output& to, const delivery& what, std::uint8_t channel) noexcept;
    void end_notes(output& to, const output_notes::remains& left, origin from,
                   std::int64_t due_ns) noexcept;
    bool end_one(output& to, const delivery& what,
                 const std::array<std::uint8_t, 3>& message) noexcept;

    timed_queue& queue_;
    output_table& outputs_;
    enqueuer& enqueuer_;
    sysex_sender& sysex_;
    output_account& account_;
    const time::clock& clock_;
    sounding_slots slots_{outputs_, account_, clock_};
};

} // namespace tactus::flow
