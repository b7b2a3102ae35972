// SPDX-License-Identifier: MIT
// The events of the timed queue, in no order: a cell_store, the cancel_groups that its cells belong
// to, and the memory that both use. Memory of an event: 128 bytes for its cell, 16 for its key, 44
// for a new cancel group, and a block for a long payload. A cancelled event counts until its cell
// is recycled. Owned by timed_queue. Single thread.
#pragma once

#include "kernel/flow/queue/cancel_groups.hpp"
#include "kernel/flow/queue/cell_store.hpp"
#include "kernel/flow/queue/queue_amount.hpp"
#include "kernel/flow/queue/shares.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace tactus::flow {

// The data that a push copies.
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
    std::uint32_t ticket = 0; // of an event that is judged when it is due; 0 = none
    std::uint16_t route = unknown_route;
};

class event_store {
public:
    // Units: cells; bytes of blocks; bytes of everything. Errors: limit.
    static result<event_store> make(std::size_t cells_max, std::uint64_t block_bytes_max,
                                    std::uint64_t memory_max);

    [[nodiscard]] const cell_store& cells() const noexcept { return cells_; }
    [[nodiscard]] const event_cell& cell(std::uint32_t slot) const noexcept { return cells_[slot]; }
    [[nodiscard]] std::span<const std::byte> bytes(std::uint32_t slot) const noexcept {
        return cells_.bytes(slot);
    }
    void prefetch(std::uint32_t slot) const noexcept { cells_.prefetch(slot); }

    // See cell_store.
    [[nodiscard]] payload_block* hold(std::span<const std::byte> bytes) noexcept {
        return cells_.hold(bytes);
    }
    void let_go(payload_block& block) noexcept { cells_.let_go(block); }

    // Of an event with a payload of that size.
    [[nodiscard]] static queue_amount cost_of(std::size_t size, bool pays_group,
                                              bool has_ticket = false) noexcept {
        return {1, cell_store::cell_bytes +
                       cell_store::block_bytes_for(event_cell::taken_by(size, has_ticket)) +
                       (pays_group ? cancel_groups::bytes_each : 0)};
    }
    [[nodiscard]] static queue_amount cost_of(const event_cell& cell) noexcept {
        return cost_of(cell.size, (cell.flags & event_cell::pays_group) != 0,
                       (cell.flags & event_cell::has_ticket) != 0);
    }

    // Memory of everything that was added and is not recycled.
    [[nodiscard]] std::uint64_t memory() const noexcept { return memory_; }
    // Whether there is so much left, if the limit were higher by `beyond`.
    [[nodiscard]] bool has_memory(std::uint64_t bytes, std::uint64_t beyond) const noexcept {
        return memory_ + bytes <= memory_max_ + beyond;
    }

    // Whether a cell is left.
    [[nodiscard]] bool has_cell() const noexcept {
        return cells_.cells_in_use() < cells_.cells_max();
    }

    // The group of that name; none if no event of it is here. Bounds: a name with a tag.
    [[nodiscard]] std::uint32_t find_group(const group_name& name) const noexcept {
        return groups_.find(name);
    }
    [[nodiscard]] queue_amount pending_in(std::uint32_t group) const noexcept {
        return groups_.pending(group);
    }
    [[nodiscard]] std::uint16_t input_of(std::uint32_t group) const noexcept {
        return groups_.input(group);
    }
    // The number that names its sender: the group that the input gave it, or its tag; 0 if it has
    // neither.
    [[nodiscard]] std::uint32_t sender_of(const event_cell& cell) const noexcept {
        return groups_.tag(cell.group);
    }
    [[nodiscard]] bool is_cancelled(std::uint32_t slot) const noexcept {
        return groups_.is_cancelled(cells_[slot].group);
    }

    // A cell that contains the event, in no group; none if there is no memory. The arrival counts
    // from the queue's epoch.
    [[nodiscard]] std::optional<std::uint32_t> add(const event_source& source, std::uint16_t output,
                                                   std::int64_t arrival_ns) noexcept;
    // Puts a new event into the group of that name, unless that has no tag, and charges its memory.
    // `found`: from find_group.
    void join(std::uint32_t slot, const group_name& name, std::uint32_t found,
              const queue_amount& cost) noexcept;
    // It is taken out, and not pending any more; returns its cost. Bounds: it is not cancelled.
    queue_amount take_out(std::uint32_t slot) noexcept;
    queue_amount put_back(std::uint32_t slot) noexcept;
    // Cancels what is pending in that group in one step, and returns how much it was.
    queue_amount cancel(const group_name& name) noexcept { return groups_.cancel(name); }
    // A pending event leaves its group, which may be cancelled then, and is in a group of that name
    // again. Bounds: it has a group.
    void leave_group(std::uint32_t slot) noexcept;
    void join_again(std::uint32_t slot, const group_name& name) noexcept;
    // Frees the cell, which must be neither pending nor held; returns its cost.
    queue_amount recycle(std::uint32_t slot) noexcept;

    // Whether there may be memory to release: many cells were in use at a time.
    [[nodiscard]] bool has_peaked() const noexcept { return has_peaked_; }
    void forget_peak() noexcept { has_peaked_ = false; }
    [[nodiscard]] bool is_empty() const noexcept { return cells_.cells_in_use() == 0; }
    // See cell_store.
    bool release_slice() noexcept { return cells_.release_slice(); }

private:
    event_store(cell_store cells, cancel_groups groups, std::uint64_t memory_max) noexcept;

    cell_store cells_;
    cancel_groups groups_;
    std::uint64_t memory_max_;
    std::uint64_t memory_ = 0;
    bool has_peaked_ = false;
};

} // namespace tactus::flow
