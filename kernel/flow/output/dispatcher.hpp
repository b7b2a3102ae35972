// SPDX-License-Identifier: MIT
// The last stage: takes deliveries, keeps them in the timed queue, and hands them to the outputs'
// sinks when they are due, in batches by output. Records lateness, applies the late policy, keeps
// the outputs' ledgers, and switches off what sounds.
// Sans-IO: `now` is an argument, or read from the clock passed in. It never waits; next_due_ns
// tells when to call run_due again. Threads: loop.
#pragma once

#include "kernel/flow/delivery_observer.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/output.hpp"
#include "kernel/flow/output/sysex_streams.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/flow/route/rate_gate.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::flow {

// A message for one output, in that output's protocol.
struct delivery {
    std::int64_t due_ns = 0;
    event_source source; // the dispatcher sets `room`
    origin from = origin::route;
    // The MIDI form if it begins or ends a note or a pedal, otherwise empty. Written as OSC if
    // written_for is set: under that name.
    std::span<const std::uint8_t> note{};
    std::string_view written_for{};
};

class dispatcher {
public:
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();
    static constexpr std::size_t batch_max = 64;
    // A backlog is drained in slices, so that inputs are read in between.
    static constexpr std::size_t batches_a_run_max = 16;
    static constexpr std::size_t sweep_slice = 1000;

    // The clock must outlive the dispatcher.
    dispatcher(timed_queue queue, const time::clock& clock);

    // Errors: limit.
    [[nodiscard]] result<std::uint16_t> add_output(const output_settings& settings);

    // The sink must live until detach. Waiting deliveries are kept.
    void attach(std::uint16_t output, const output::connection& connection);
    // Replaces the connection's ahead_ns; also applies to waiting deliveries.
    void set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept;
    // What the sink had accepted and not finished is dropped for `reason`.
    void detach(std::uint16_t output, dropped reason) noexcept;

    // The ports of an output; its up and down state follows from them.
    [[nodiscard]] port_set& ports(std::uint16_t output) noexcept;
    void ports_changed(std::uint16_t output) noexcept;
    // Whether any output has a port of exactly that key or name.
    [[nodiscard]] bool has_port(std::string_view name) const noexcept;
    // The port that a name means, or none. An output without a port of exactly that name is asked
    // to make one before a partial match is accepted.
    [[nodiscard]] found_port find_port(std::uint16_t output, std::uint32_t handle,
                                       const name_table& names) noexcept;
    // Changes whenever a port of any output has come, gone or changed.
    [[nodiscard]] std::uint64_t port_changes() const noexcept { return port_changes_; }
    // The sink accepts events again after TACTUS_E_AGAIN.
    void writable(std::uint16_t output) noexcept;

    // Every delivery is accepted here, or accepted and dropped at once for a reason.
    void deliver(std::uint16_t output, const delivery& what) noexcept;
    // A note-on that ends by itself, and its note-off: both, or neither. What is sent is exact: the
    // note-off is sent only if its note-on was, and no later than the same note begins anew.
    // Bounds: length_ns > 0.
    void deliver_note(std::uint16_t output, const delivery& on, std::int64_t length_ns) noexcept;
    // Whether something that was let in waits for this delivery to end it; such an end passes when
    // other events are refused. At most one for each note or pedal.
    [[nodiscard]] bool owes_end(std::uint16_t output, const delivery& what) noexcept;
    [[nodiscard]] bool owes_any(std::uint16_t output) const noexcept {
        return outputs_[output]->notes.owes_any();
    }
    // SysEx in parts (dispatcher_parts.cpp). The table; the ingress opens and closes streams.
    [[nodiscard]] flow::sysex_streams& sysex_streams() noexcept { return streams_; }
    // The first part: the output takes part from now on, if this finds room. Bounds: the output
    // takes parts.
    void begin_parts(flow::sysex_streams::stream& of, std::uint16_t output,
                     const delivery& first) noexcept;
    // A later part, or the last: in order, and dropped if the output takes no more.
    void deliver_part(const flow::sysex_streams::participant& to, const delivery& part) noexcept;
    // Ends what was begun at every output that takes part, by a last part F7, which is never
    // refused. The outputs leave the stream for that reason.
    void cut_parts(flow::sysex_streams::stream& ended, dropped why) noexcept;
    // For events that a newer one may replace while they wait.
    [[nodiscard]] flow::tickets& tickets() noexcept { return tickets_; }
    // For a delivery that cannot be made: counts it as accepted and dropped.
    void refuse(std::uint16_t output, dropped reason) noexcept;
    // The same, and notifies the outcome observer.
    void refuse(std::uint16_t output, dropped reason, const event_source& what) noexcept;
    // Whether this much more finds room, so that an input that can wait need not; see timed_queue.
    [[nodiscard]] bool has_room(std::uint16_t output, const room_question& asked) const noexcept {
        return queue_.has_room(output, asked);
    }
    // The same, but room made by dropping does not count.
    [[nodiscard]] bool has_space(std::uint16_t output, const room_question& asked) const noexcept {
        return queue_.has_space(output, asked);
    }
    // See timed_queue.
    void share_out(std::span<const std::vector<std::uint16_t>> outputs_of) {
        streams_.make_room(outputs_.size());
        queue_.share_out(outputs_of);
    }
    void limit_input(std::uint16_t input, std::uint64_t events) {
        queue_.limit_input(input, events);
    }
    // Of what waits, and of what was cancelled but not swept yet.
    [[nodiscard]] std::uint64_t memory() const noexcept { return queue_.events().memory(); }
    // Waiting events of one input, in all outputs together.
    [[nodiscard]] std::uint64_t held(std::uint16_t input) const noexcept {
        return queue_.rooms().held(input);
    }

    [[nodiscard]] payload_block* hold(std::span<const std::byte> bytes) noexcept {
        return queue_.hold(bytes);
    }
    void let_go(payload_block* block) noexcept { queue_.let_go(block); }

    // nullptr: no observer.
    void set_delivery_observer(delivery_observer* onlooker) noexcept {
        delivery_observer_ = onlooker;
    }
    // Observers of the deliveries of inputs; nullptr: none at all.
    void set_outcome_observers(const outcome_observers* all) noexcept { outcome_observers_ = all; }

    // The machine was suspended for this long: waiting events are due, and came, this much earlier.
    void pass_time(std::int64_t by_ns) noexcept { queue_.pass_time(by_ns); }

    // Hands over what is due; reads the clock again between batches.
    void run_due(std::int64_t now_ns) noexcept;
    [[nodiscard]] std::int64_t next_due_ns() const noexcept;
    // Of that output, even while its sink is full.
    [[nodiscard]] std::int64_t next_due_ns(std::uint16_t output) const noexcept;
    // Whether the output that is due next wants its events to the microsecond from this thread: a
    // deferred sink gets them ahead, and does the final wait itself.
    [[nodiscard]] bool is_next_precise() const noexcept;
    // Returns true if more is left to tidy up.
    bool tidy() noexcept { return queue_.sweep(sweep_slice); }

    // Cancels what waits under the tag; note-offs stay. Returns how many.
    std::uint64_t cancel_tag(std::uint32_t tag) noexcept;
    // Changes whenever the output may not have what it was given last: a delivery was lost or
    // cancelled, the output came up anew, a panic changed it.
    [[nodiscard]] std::uint64_t delivery_epoch(std::uint16_t output) noexcept;
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

    // Time spent inside sinks that send at once, since the start.
    [[nodiscard]] std::int64_t sending_ns() const noexcept { return sending_ns_; }
    // Deliveries that deferred sinks hold and have not finished; 0 if all outcomes are known.
    [[nodiscard]] std::uint64_t in_flight() noexcept;
    [[nodiscard]] std::uint64_t in_flight(std::uint16_t output) noexcept;
    [[nodiscard]] std::uint64_t pending() const noexcept { return queue_.pending().events; }
    [[nodiscard]] std::uint64_t pending(std::uint16_t output) const noexcept {
        return queue_.counts(output).pending.events;
    }

    [[nodiscard]] const output& at(std::uint16_t output) const noexcept;
    // Deliveries that an output dropped for that reason, evictions included.
    [[nodiscard]] std::uint64_t dropped_for(std::uint16_t output, dropped reason) const noexcept;
    // Of all outputs, for any reason: shows cheaply that a ledger has changed.
    [[nodiscard]] std::uint64_t dropped_in_all() const noexcept;
    [[nodiscard]] output_snapshot take_snapshot(std::uint16_t output) noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return outputs_.size(); }

private:
    void run_output(output& to, std::int64_t now_ns) noexcept;
    void prepare(output& to, std::span<const due_entry> entries, std::int64_t now_ns) noexcept;
    // Returns false if the sink is full: the output pauses, and what was left is back in the queue.
    bool hand_over(output& to, std::int64_t now_ns) noexcept;
    void record_send(output& to, std::size_t count, std::int64_t took_ns) noexcept;
    void took(output& to, std::size_t first, std::size_t count, std::int64_t now_ns) noexcept;
    [[nodiscard]] note_change change_of(output& to, const tactus_event& event,
                                        bool is_written) noexcept;
    void number_events(output& to) noexcept;
    hand_off offer(output& to, std::size_t first) noexcept;
    void sent_at_once(output& to, const due_entry& entry, const tactus_event& event,
                      std::int64_t now_ns) noexcept;
    // For a deferred sink.
    void finished(output& of, const completion& what) noexcept;
    void finished_end_before(output& of, const completion& what) noexcept;

    // For an output that has notes that end by themselves (dispatcher_notes.cpp).
    void run_notes(output& to, std::span<const due_entry> entries, std::int64_t now_ns) noexcept;
    [[nodiscard]] std::size_t run_of(output& to, std::span<const due_entry> entries) noexcept;
    bool end_before(output& to, std::span<const due_entry> run, std::int64_t now_ns) noexcept;
    bool send_end(output& to, const tactus_event& begun_anew, std::int64_t now_ns) noexcept;
    [[nodiscard]] bool is_outdated(output& to, const due_entry& entry) noexcept;
    [[nodiscard]] tactus_event event_of(const output& to, const due_entry& entry) const noexcept;

    void give_up(output& to, const due_entry& entry, dropped reason) noexcept;
    void tell_dropped(const output& by, std::uint16_t input, std::uint32_t tag,
                      dropped reason) const noexcept;
    void tell_sent(const output& by, std::uint16_t input, const tactus_event& event,
                   std::int64_t now_ns) const noexcept;
    void put_back(output& to, std::size_t first) noexcept;
    void collect(output& of) noexcept;
    void end_notes(output& to, const output_notes::remains& left, origin from) noexcept;
    // Calls use(remains) for each port that is up and has something left to end.
    template <class Use>
    std::size_t for_each_left(output& to, bool with_in_flight, Use&& use) noexcept;
    void cancel_waiting(output& to, keep kept) noexcept;
    static void flush(output& to, keep kept) noexcept;
    void quiet_channel(output& to, const delivery& what, std::uint8_t channel) noexcept;
    bool end_one(output& to, const delivery& what,
                 const std::array<std::uint8_t, 3>& message) noexcept;
    bool send_made(output& to, const delivery& what,
                   std::span<const std::uint8_t> message) noexcept;
    [[nodiscard]] bool is_end(const due_entry& entry) const noexcept;
    [[nodiscard]] std::optional<dropped> verdict(output& to, const due_entry& entry,
                                                 std::int64_t late_ns) noexcept;
    // Returns nothing if it waits; otherwise the reason for which it was dropped at once and
    // counted.
    std::optional<dropped> push(std::uint16_t output, const delivery& what) noexcept;
    // dispatcher_parts.cpp
    static constexpr std::uint64_t whichever = std::numeric_limits<std::uint64_t>::max();
    void leave_parts(output& to, dropped why, origin from = origin::silence,
                     std::uint64_t sequence = whichever) noexcept;
    void lost_part(output& to, std::uint64_t sequence, dropped why) noexcept;
    [[nodiscard]] static claim claim_of(output& to, const delivery& what) noexcept;

    timed_queue queue_;
    const time::clock& clock_;
    delivery_observer* delivery_observer_ = nullptr;
    const outcome_observers* outcome_observers_ = nullptr;
    flow::tickets tickets_;
    flow::sysex_streams streams_;
    std::int64_t sending_ns_ = 0;
    std::vector<std::unique_ptr<output>> outputs_;
    std::uint64_t port_changes_ = 0;
    // The batch being handed over; members, so that their memory is reused.
    std::vector<due_entry> entries_;
    std::vector<tactus_event> events_;
    std::vector<receipt> receipts_; // for a deferred sink
};

} // namespace tactus::flow
