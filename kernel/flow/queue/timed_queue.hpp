// SPDX-License-Identifier: MIT
// The timed queue: keeps events for all outputs until they are due. Events with equal due times
// leave in order of arrival. Bounded by count and by memory, for each output and in all; each way
// from an input to an output has a part of its own in both rooms, and a tenth is reserved for the
// ends of notes (shares.hpp). It sends nothing, reads no clock and logs nothing: the
// dispatcher pushes and pops.
//
// Each output has three lanes, normal, critical and real-time, each a heap of keys (due_heap); the
// output whose head is due first is on top of a small index (output_index). Cancelling marks, in
// one step; sweep() recycles the cells of cancelled events in slices. Memory of an event: 128 bytes
// for its cell, 16 for its key, 44 for a new cancel group, and a block for a long payload. `bytes`
// of every queue_amount counts that. Cancelled events count as memory until they are swept.
//
// Units: all times are ns of the host clock. Threads: loop, for everything here. Nothing allocates
// in the steady state, except blocks for long payloads beyond what cell_store keeps.
#pragma once

#include "kernel/flow/keep.hpp"
#include "kernel/flow/queue/cancel_groups.hpp"
#include "kernel/flow/queue/cell_store.hpp"
#include "kernel/flow/queue/due_heap.hpp"
#include "kernel/flow/queue/output_index.hpp"
#include "kernel/flow/queue/queue_amount.hpp"
#include "kernel/flow/queue/shares.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace tactus::flow {

enum class push_result {
    accepted,
    full,      // a limit is reached and the output's policy makes no room
    no_memory, // below all limits; long payloads fill their own limit, or much is unswept
};

enum class when_full : std::uint8_t {
    drop_newest, // returns full; a critical event replaces the normal one that is due next
    drop_oldest, // the normal event that is due next makes room
    refuse,      // returns full: the input can wait
};

struct queue_limits {
    queue_amount pending{65'536, std::uint64_t{64} << 20};
    std::uint64_t block_bytes = std::uint64_t{64} << 20; // memory for payloads too long for a cell
};

struct output_limits {
    queue_amount pending{65'536, std::uint64_t{64} << 20}; // never above the queue's own
    when_full policy = when_full::drop_newest;
};

// What a push copies.
struct event_source {
    std::span<const std::byte> bytes; // at most TACTUS_EVENT_SIZE_MAX
    std::int64_t arrival_ns = 0;
    std::uint32_t port = 0;
    std::uint32_t tag = 0;
    std::uint8_t protocol = 0;      // TACTUS_PROTO_*
    std::uint8_t flags = 0;         // TACTUS_EVENT_*
    payload_block* block = nullptr; // from hold(bytes): shared instead of copied
    std::uint16_t input = no_input;
    // The client of that input that emitted it: shares the input's room with the others, and
    // replaces the tag as cancel group. 0 = not given.
    std::uint32_t group = 0;
    claim room = claim::none;
    std::int64_t ends_ns = 0; // of a note that ends by itself, and of the note-off that ends it
    std::uint32_t ticket = 0; // of an event that may be replaced while it waits; 0 = none
};

// An event that was taken out and that the dispatcher holds.
struct due_entry {
    std::int64_t due_ns;
    std::uint64_t sequence;
    std::uint32_t slot;
    std::uint16_t output;
};

struct output_counts {
    queue_amount pending;
    queue_amount capacity;
    std::uint64_t high_watermark = 0;            // events, since the output was added
    std::uint64_t evicted = 0;                   // events that made room for others, since then
    std::uint64_t cancelled = 0;                 // events, since then
    std::optional<std::int64_t> furthest_due_ns; // of all since it was last empty: an upper bound
};

// Whether this much from one input would find room.
struct room_question {
    std::uint16_t input = no_input;
    std::uint32_t group = 0; // as in event_source
    queue_amount more;       // events, and the bytes of all their payloads
};

class timed_queue {
public:
    // What waits in one cancel group may be this many times what is left for its way: one client of
    // an input therefore leaves a third of its room to the next, and so on, however many come.
    static constexpr std::uint64_t group_factor = 2;
    // In excess of the limits, for events that are never refused.
    static constexpr std::uint64_t beyond_max = 8192;
    static constexpr std::uint64_t events_max = 8'000'000; // slots_max holds twice that many
    static constexpr std::size_t outputs_max = 4096;
    static constexpr std::size_t eviction_looks_max = 64; // events checked to make room for one
    static constexpr std::size_t skips_max = 256;         // cancelled events skipped in one pop_due

    // Upper bound of all memory for this limit: some cancelled events are not swept before more
    // are, and blocks cannot use the memory of free cells.
    [[nodiscard]] static constexpr std::uint64_t memory_max(std::uint64_t limit) noexcept {
        return limit + limit / 16;
    }

    // now_ns: the host clock now. Events due more than an hour earlier are ordered by arrival only.
    // It holds no more events than its bytes allow. Errors: invalid, limit.
    static result<timed_queue> make(const queue_limits& wanted, std::int64_t now_ns);

    timed_queue(timed_queue&&) noexcept = default;
    timed_queue& operator=(timed_queue&&) = delete;
    ~timed_queue() = default;

    // Errors: invalid, limit. Allocates.
    result<std::uint16_t> add_output(const output_limits& limits);

    // Cancels everything of the output, critical events too; returns how many. Its number is reused
    // only after all of it was swept and released.
    std::uint64_t remove_output(std::uint16_t output) noexcept;

    // Gives each way its parts: half of the usable room of all is divided equally among the inputs,
    // and each input's part among the outputs that it leads to; half of the usable room of an
    // output is divided among the inputs that lead there. No input gets more than its own limit, no
    // way more than its output's. outputs_of: by input. Allocates. Not part of the steady state.
    void share_out(std::span<const std::vector<std::uint16_t>> outputs_of);
    // The most events of one input that may wait, in all outputs together; call before share_out.
    // Bounds: at least 1. Allocates.
    void limit_input(std::uint16_t input, std::uint64_t events);

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

    // The output wants its events this long before due, also those that already wait. Below, "due"
    // means that earlier moment. Bounds: not negative.
    void set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept;

    // Everything that waits is due, and came, this much earlier: the host clock stood still
    // meanwhile. Bounds: not negative; the caller holds no entry.
    void pass_time(std::int64_t by_ns) noexcept;

    // For a long payload that goes to several outputs: a block for event_source::block, which the
    // caller lets go after the last push. Returns nullptr if pushes have to copy (short, or no
    // memory).
    [[nodiscard]] payload_block* hold(std::span<const std::byte> bytes) noexcept {
        return cells_.hold(bytes);
    }
    void let_go(payload_block* block) noexcept;

    // When the next event of any output that is not paused, or of this one, is due. May be too
    // early while cancelled events are swept (which costs an idle turn), never too late.
    [[nodiscard]] std::optional<std::int64_t> next_due() const noexcept;
    [[nodiscard]] std::optional<std::int64_t> next_due(std::uint16_t output) const noexcept;

    // The output whose head is due first, if that is due now and the output is not paused.
    [[nodiscard]] std::optional<std::uint16_t> next_output_due(std::int64_t now_ns) const noexcept;

    // Takes out what is due, in order of (due, arrival), as much as fits; returns how many. Return
    // each entry with release() or requeue(). 0 is possible although something is due: cancelled
    // events were skipped then, and it must be called again.
    std::size_t pop_due(std::uint16_t output, std::int64_t now_ns,
                        std::span<due_entry> out) noexcept;

    // The entry is finished. Its slot is no longer valid.
    void release(const due_entry& entry) noexcept;

    // Puts an entry back in its place. Returns false if it was cancelled meanwhile, counted so, and
    // removed.
    bool requeue(const due_entry& entry) noexcept;

    // When the event in a slot arrived. Bounds: as for cell().
    [[nodiscard]] std::int64_t arrival_ns(std::uint32_t slot) const noexcept {
        return epoch_ns_ + cells_[slot].arrival_ns;
    }
    // The contents of a slot. Bounds: of an entry that the caller holds.
    [[nodiscard]] const event_cell& cell(std::uint32_t slot) const noexcept { return cells_[slot]; }
    [[nodiscard]] std::span<const std::byte> bytes(std::uint32_t slot) const noexcept {
        return cells_.bytes(slot);
    }

    // A paused output loses nothing, accepts events, and is never due.
    void pause(std::uint16_t output) noexcept;
    void resume(std::uint16_t output) noexcept;

    // Cancels what is pending, in constant time; returns how many events that were. Under a tag,
    // real-time events are cancelled too: the choice of the tag requests it.
    std::uint64_t cancel(std::uint16_t output, keep kept = keep::critical) noexcept;
    std::uint64_t cancel_tag(std::uint16_t output, std::uint32_t tag,
                             keep kept = keep::critical) noexcept;

    // Recycles cancelled events, checking `most` events at most, and releases memory after a peak.
    // For the end of each turn of the loop. Returns whether there is more to do.
    bool sweep(std::size_t most) noexcept;

    // Exact between any two calls.
    [[nodiscard]] output_counts counts(std::uint16_t output) const noexcept;
    [[nodiscard]] queue_amount pending(std::uint16_t output) const noexcept;
    [[nodiscard]] queue_amount pending() const noexcept; // of all outputs
    // Exact between any two calls.
    [[nodiscard]] const queue_amount& capacity() const noexcept { return limits_.pending; }
    // Events evicted to make room, of all outputs that ever existed.
    [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }
    // Events of one input, in all outputs together, including those that the dispatcher holds.
    [[nodiscard]] std::uint64_t held(std::uint16_t input) const noexcept;
    // Memory of what waits, and of what was cancelled and is not swept yet.
    [[nodiscard]] std::uint64_t memory() const noexcept { return occupied_; }
    [[nodiscard]] const cell_store& cells() const noexcept { return cells_; }

private:
    static constexpr std::uint8_t lanes_count = 3;
    // For a cell or a source with those flags. lanes_cancelled() returns the first lane to keep.
    [[nodiscard]] static std::uint8_t lane_of(std::uint8_t flags) noexcept;
    [[nodiscard]] static std::uint8_t lanes_cancelled(keep kept) noexcept;

    // One class of events of one output.
    struct lane {
        due_heap heap;
        due_heap detached;       // all cancelled; a spare while it is empty
        queue_amount pending;    // in heap, not cancelled
        std::size_t dead = 0;    // in heap, cancelled
        std::size_t cursor = 0;  // compaction runs from here to 0
        std::uint64_t mark = 0;  // sequences below it are cancelled
        std::uint32_t epoch = 0; // number of those cancellations
    };

    enum class output_state : std::uint8_t { vacant, active, paused, removed };

    struct output_queue {
        std::array<lane, lanes_count> lanes; // by lane_of
        std::uint64_t in_hand = 0;           // events that the dispatcher holds
        shared_room room;
        std::vector<way> ways; // by place_of(input)
        output_limits limits;
        output_counts counted;
        std::int64_t ahead_ns = 0;
        output_state state = output_state::vacant;
    };

    // The waiting events of one input.
    struct input_account {
        std::uint64_t held = 0; // events
        std::uint64_t events_max = ~std::uint64_t{0};
    };
    // An event asking to be let in.
    struct applicant {
        const event_source* source;
        group_name name;     // of its group; tag 0: none
        std::uint32_t group; // existing group, or none
        queue_amount cost;
        std::size_t place; // of its input
    };

    timed_queue(const queue_limits& limits, std::int64_t epoch_ns, cell_store cells,
                cancel_groups groups);

    // Shares (timed_queue_shares.cpp). Index 0 is the kernel's own events, then the inputs follow.
    [[nodiscard]] static std::size_t place_of(std::uint16_t input) noexcept {
        return input == no_input ? 0 : std::size_t{input} + 1;
    }
    [[nodiscard]] static queue_amount cost_of(const event_cell& cell) noexcept {
        return {1,
                cell_store::cell_bytes + cell_store::block_bytes_for(cell.size) +
                    ((cell.flags & event_cell::pays_group) != 0 ? cancel_groups::bytes_each : 0)};
    }
    void make_places(std::size_t count);
    void take_in(output_queue& to, std::size_t place, const queue_amount& more) noexcept;
    void take_off(output_queue& from, std::size_t place, const queue_amount& gone) noexcept;
    [[nodiscard]] queue_amount left(const output_queue& to, std::size_t place) const noexcept;
    [[nodiscard]] bool fits(const output_queue& to, std::size_t place, const queue_amount& more,
                            claim by) const noexcept;
    [[nodiscard]] bool leaves_others_room(std::uint32_t group, const queue_amount& more,
                                          const queue_amount& left) const noexcept;

    [[nodiscard]] output_queue& at(std::uint16_t output) noexcept;
    [[nodiscard]] const output_queue& at(std::uint16_t output) const noexcept;
    [[nodiscard]] static queue_amount pending_of(const output_queue& of) noexcept {
        return of.lanes[0].pending + of.lanes[1].pending + of.lanes[2].pending;
    }
    [[nodiscard]] static std::uint64_t pending_events_of(const output_queue& of) noexcept {
        return of.lanes[0].pending.events + of.lanes[1].pending.events + of.lanes[2].pending.events;
    }
    [[nodiscard]] std::uint64_t key_time(std::int64_t due_ns) const noexcept;
    [[nodiscard]] std::int64_t due_ns_of(due_key key) const noexcept;
    [[nodiscard]] std::int64_t leave_ns_of(const output_queue& of, due_key key) const noexcept {
        return due_ns_of(key) - of.ahead_ns;
    }

    // Admission (timed_queue_admission.cpp).
    [[nodiscard]] applicant look_at(output_queue& to, std::uint16_t output,
                                    const event_source& source) noexcept;
    [[nodiscard]] bool admits(const output_queue& to, const applicant& one) const noexcept;
    [[nodiscard]] bool make_room(output_queue& to, applicant& one) noexcept;
    [[nodiscard]] std::optional<std::size_t> find_victim(lane& victims,
                                                         const applicant& of) noexcept;
    queue_amount evict(output_queue& to, std::size_t index) noexcept; // the amount it had
    [[nodiscard]] bool has_memory(const applicant& one) noexcept;
    [[nodiscard]] std::optional<std::uint32_t> fill_cell(const event_source& source) noexcept;
    void insert(output_queue& to, due_key key, std::uint8_t into) noexcept;

    // The head of an output's pending events; nullptr if there are none.
    [[nodiscard]] static lane* earliest(output_queue& of) noexcept;
    [[nodiscard]] static const lane* earliest(const output_queue& of) noexcept;
    void refresh(std::uint16_t output) noexcept;

    // Cancelling (timed_queue_cancel.cpp).
    [[nodiscard]] bool is_dead(const lane& in, std::uint64_t sequence,
                               std::uint32_t slot) const noexcept;
    [[nodiscard]] std::uint64_t cancel_lane(output_queue& of, std::size_t which) noexcept;
    void forget(output_queue& of, std::size_t which, std::size_t place,
                const queue_amount& gone) noexcept;
    void detach_if_dead(lane& dead) noexcept;
    void trim_head(lane& of) noexcept;
    void recycle(std::uint32_t slot) noexcept;
    std::size_t sweep_output(std::uint16_t output, std::size_t most) noexcept;
    std::size_t sweep_lane(lane& swept, std::size_t most) noexcept;
    void compact_step(lane& compacted) noexcept;
    bool vacate(output_queue& removed) noexcept;
    bool release_memory() noexcept;
    bool release_keys() noexcept;

    queue_limits limits_;
    std::int64_t epoch_ns_;
    cell_store cells_;
    cancel_groups groups_;
    output_index index_;
    std::vector<std::unique_ptr<output_queue>> outputs_;
    shared_room room_;                  // of all outputs
    std::vector<input_account> inputs_; // by place_of(input)
    std::uint64_t evicted_ = 0;         // of all outputs
    std::uint64_t occupied_ = 0;        // memory of all cells in use, dead ones too
    std::uint64_t next_sequence_ = 1;
    std::size_t sweep_at_ = 0;   // the output that sweep() visits next
    std::size_t release_at_ = 0; // the output whose unused keys sweep() releases next
    bool has_swept_all_ = true;  // sweep() finds nothing to recycle
    bool has_peaked_ = false;    // there may be memory to release
};

} // namespace tactus::flow
