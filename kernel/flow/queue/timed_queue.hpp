// SPDX-License-Identifier: MIT
// The timed queue: keeps events for all outputs until they are due. Events with equal due times
// leave in order of arrival. Bounded by count and by memory, for each output and in all; each way
// from an input to an output has a part of its own in both rooms, and a tenth is reserved for the
// ends of notes (shares.hpp). It sends nothing, reads no clock and logs nothing: the enqueuer
// pushes, and the dispatcher pops.
//
// Its parts: event_store has the events and their memory; departures has the time of each, and each
// output's lanes, which sort the events and cancel them in one step, and which sweep() frees of
// cancelled events in slices; room_accounts has who holds how much; admission decides for one push.
// Here an event moves between them. `bytes` of every queue_amount counts memory, as in event_store.
//
// Units: all times are ns of the host clock. Threads: loop, for everything here. Nothing allocates
// in the steady state, except blocks for long payloads beyond what cell_store keeps.
#pragma once

#include "kernel/flow/keep.hpp"
#include "kernel/flow/queue/cell_store.hpp"
#include "kernel/flow/queue/departures.hpp"
#include "kernel/flow/queue/event_store.hpp"
#include "kernel/flow/queue/fresh_events.hpp"
#include "kernel/flow/queue/output_queues.hpp"
#include "kernel/flow/queue/queue_amount.hpp"
#include "kernel/flow/queue/room_accounts.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tactus::flow {

enum class push_result {
    accepted,
    full,      // a limit is reached and the output's policy makes no room
    no_memory, // below all limits; long payloads fill their own limit, or much is unswept
};

struct queue_limits {
    queue_amount pending{65'536, std::uint64_t{64} << 20};
    std::uint64_t block_bytes = std::uint64_t{64} << 20; // memory for payloads too long for a cell
};

// An event that was taken out and that the dispatcher holds.
struct due_entry {
    std::int64_t due_ns;
    std::uint64_t sequence;
    std::uint32_t slot;
    std::uint16_t output;
};

// Whether this much from one input would find room.
struct room_question {
    std::uint16_t input = no_input;
    std::uint32_t group = 0; // as in event_source
    queue_amount more;       // events, and the bytes of all their payloads
};

class timed_queue {
public:
    // In excess of the limits, for events that are never refused.
    static constexpr std::uint64_t beyond_max = 8192;
    static constexpr std::uint64_t events_max = 8'000'000; // slots_max holds twice that many
    static constexpr std::size_t skips_max = 256; // cancelled events skipped in one pop_due

    // Upper bound of all memory for this limit: some cancelled events are not swept before more
    // are, and blocks cannot use the memory of free cells.
    [[nodiscard]] static constexpr std::uint64_t memory_max(std::uint64_t limit) noexcept {
        return limit + limit / 16;
    }

    // now_ns: the host clock now. Events due more than an hour earlier are ordered by arrival only.
    // It holds no more events than its bytes allow. Errors: invalid, limit.
    static result<timed_queue> make(const queue_limits& wanted, std::int64_t now_ns);

    // Errors: invalid, limit. Allocates.
    result<std::uint16_t> add_output(const output_limits& limits);

    // Cancels everything of the output, critical events too; returns how many. Push nothing after
    // that, but release() or requeue() what was taken out. Its number is reused only after all of
    // it was swept and released; then share out anew.
    std::uint64_t remove_output(std::uint16_t output) noexcept;

    // New limits of an output; what waits beyond them stays. Then share out anew. Allocates.
    void limit_output(std::uint16_t output, const output_limits& limits);

    // Gives each way its parts: half of the usable room of all is divided equally among the inputs,
    // and each input's part among the outputs that it leads to; half of the usable room of an
    // output is divided among the inputs that lead there. No input gets more than its own limit, no
    // way more than its output's. outputs_of: by input. Allocates. Not part of the steady state.
    void share_out(std::span<const std::vector<std::uint16_t>> outputs_of) {
        rooms_.share_out(outputs_of);
    }
    // The most events of one input that may wait, in all outputs together; call before share_out.
    // Bounds: at least 1; no_limit. Allocates.
    static constexpr std::uint64_t no_limit = ~std::uint64_t{0};
    void limit_input(std::uint16_t input, std::uint64_t events) {
        rooms_.limit_input(input, events);
    }

    // Whether this much finds room without dropping anything. The amount is capped at what its way
    // could ever hold and, if nothing of the way waits, at the way's own part.
    [[nodiscard]] bool has_space(std::uint16_t output, const room_question& asked) const noexcept;
    // The same, counting room that the output's policy may make from what the same input has
    // waiting there.
    [[nodiscard]] bool has_room(std::uint16_t output, const room_question& asked) const noexcept;

    // Any result but accepted leaves the source unchanged and adds nothing to the queue.
    [[nodiscard]] push_result push(std::uint16_t output, std::int64_t due_ns,
                                   const event_source& source) noexcept;

    // The due_entry::sequence of the next event that is let in.
    [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }

    // For a long payload that goes to several outputs: a block for event_source::block, which the
    // caller lets go after the last push. Returns nullptr if pushes have to copy (short, or no
    // memory).
    [[nodiscard]] payload_block* hold(std::span<const std::byte> bytes) noexcept {
        return events_.hold(bytes);
    }
    void let_go(payload_block* block) noexcept;

    // Takes out what is due, in order of (due, arrival), as much as fits; returns how many. Return
    // each entry with release() or requeue(). 0 is possible although something is due: cancelled
    // events were skipped then, and it must be called again.
    std::size_t pop_due(std::uint16_t output, std::int64_t now_ns,
                        std::span<due_entry> out) noexcept;
    // The same of MIDI real-time messages alone, whatever waits before them.
    std::size_t pop_due_real_time(std::uint16_t output, std::int64_t now_ns,
                                  std::span<due_entry> out) noexcept;

    // Takes out one that waits, for which is_meant(due_entry) is true; otherwise as
    // lane::take_before(). Return it with release().
    template <class Choice>
    [[nodiscard]] std::optional<due_entry> take_waiting(std::uint16_t output, std::uint8_t lane,
                                                        std::size_t& cursor, std::size_t& looks,
                                                        const Choice& is_meant) noexcept {
        const auto entry_of = [&](due_key key) {
            return due_entry{departures_.epoch().due_ns_of(key), sequence_of(key), slot_of(key),
                             output};
        };
        const std::optional<due_key> found = departures_.queues().at(output).at(lane).take_before(
            cursor, looks, events_, [&](due_key key) { return is_meant(entry_of(key)); });
        if (!found) {
            return std::nullopt;
        }
        take_out(output, lane, *found);
        fresh_.forget();
        return entry_of(*found);
    }

    // The entry is finished. Its slot is no longer valid.
    void release(const due_entry& entry) noexcept;

    // Puts an entry back in its place. Returns false if it was cancelled meanwhile, counted so, and
    // removed.
    bool requeue(const due_entry& entry) noexcept;

    // When the event in a slot arrived. Bounds: of an entry that the caller holds; what else is
    // known of that event: events().
    [[nodiscard]] std::int64_t arrival_ns(std::uint32_t slot) const noexcept {
        return departures_.epoch().host_time(events_.cell(slot).arrival_ns);
    }
    // When its events leave, and which output is next.
    [[nodiscard]] flow::departures& departures() noexcept { return departures_; }
    [[nodiscard]] const flow::departures& departures() const noexcept { return departures_; }

    // A pass of the dispatcher begins: whatever is due has the chance to leave.
    void begin_pass() noexcept { fresh_.forget(); }

    // Cancels what is pending, in constant time; returns how many events that were. Under a tag,
    // real-time events are cancelled too: the choice of the tag requests it. An event that was due
    // when it came, after the last pass began, stays if is_spared(cell, payload) is true: it came
    // before the cancel, and only the order of the work within the loop has kept it here.
    std::uint64_t cancel(std::uint16_t output, keep kept = keep::critical) noexcept;
    using choice = bool (*)(const event_cell& cell, std::span<const std::byte> payload) noexcept;
    static bool spares_all(const event_cell&, std::span<const std::byte>) noexcept { return true; }
    std::uint64_t cancel_tag(std::uint16_t output, std::uint32_t tag, keep kept = keep::critical,
                             choice is_spared = &spares_all) noexcept;

    // Recycles cancelled events, checking `most` events at most, and releases memory after a peak.
    // For the end of each turn of the loop. Returns whether there is more to do.
    bool sweep(std::size_t most) noexcept { return departures_.queues().sweep(events_, most); }

    // Exact between any two calls.
    [[nodiscard]] output_counts counts(std::uint16_t output) const noexcept;
    [[nodiscard]] queue_amount pending() const noexcept { // of all
        return departures_.queues().pending();
    }
    // Events evicted to make room, of all outputs that ever existed.
    [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }
    // The accounts of who holds how much, and the memory of what waits and of what was cancelled
    // and is not swept.
    [[nodiscard]] const room_accounts& rooms() const noexcept { return rooms_; }
    [[nodiscard]] const event_store& events() const noexcept { return events_; }

private:
    timed_queue(const queue_amount& limit, std::int64_t now_ns, event_store events);

    template <class Choice>
    std::size_t pop_due_from(std::uint16_t output, std::int64_t now_ns, std::span<due_entry> out,
                             const Choice& next_lane) noexcept;
    [[nodiscard]] std::optional<std::uint32_t> add(const event_source& source, std::uint16_t output,
                                                   std::uint64_t bytes) noexcept;
    void insert(output_queue& to, std::uint8_t into, due_key key,
                const queue_amount& cost) noexcept;
    void take_out(std::uint16_t output, std::uint8_t lane, due_key key) noexcept;
    // Takes those of that group out of it. Returns how many; they are in spared_.
    [[nodiscard]] std::size_t spare(std::uint32_t group, choice is_spared) noexcept;

    flow::departures departures_;
    event_store events_;
    room_accounts rooms_;
    fresh_events fresh_;
    std::vector<std::uint32_t> spared_ = std::vector<std::uint32_t>(fresh_events::fresh_max);
    std::uint64_t evicted_ = 0; // of all outputs
    std::uint64_t next_sequence_ = 1;
};

} // namespace tactus::flow
