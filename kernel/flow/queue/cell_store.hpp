// SPDX-License-Identifier: MIT
// Stores pending events: a slab of cells, and blocks for payloads too long for a cell. Cells are
// found by slot number. Nothing is allocated in the steady state: cells are reused last in, first
// out (still in the cache), and bounded free lists keep blocks by size. It knows nothing of time or
// order. Owned by timed_queue. Single thread.
#pragma once

#include "kernel/base/reserved_array.hpp"
#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/queue/due_heap.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace tactus::flow {

struct payload_block;

class cell_store {
public:
    // The most bytes that the free lists of blocks keep, in all.
    static constexpr std::size_t cached_bytes_max = std::size_t{1} << 20;

    // Memory of a cell, with the key by which its event is sorted; and of the block that a payload
    // of this size needs in addition, if any.
    static constexpr std::uint64_t cell_bytes = sizeof(event_cell) + sizeof(due_key);
    [[nodiscard]] static std::uint64_t block_bytes_for(std::size_t size) noexcept;

    // Units: cells; bytes of blocks, rounding up included. memory_max: bytes of blocks and of
    // cells, including cells that were used and are free again; beyond it no block is made. Errors:
    // limit.
    static result<cell_store> make(std::size_t cells_max, std::size_t block_bytes_max,
                                   std::uint64_t memory_max = unlimited);

    cell_store(cell_store&& other) noexcept;
    cell_store& operator=(cell_store&&) = delete;
    ~cell_store();

    // Returns a cell with an empty payload and its other fields unchanged; none if all are in use.
    [[nodiscard]] std::optional<std::uint32_t> allocate() noexcept;

    // Bounds: slot is in use. Its block, if any, loses one holder.
    void free(std::uint32_t slot) noexcept;

    // Gives the cell its payload. Returns false if there is no memory for a block; the cell is then
    // unchanged. Bounds: slot is in use and has no payload yet, but its flags; at most
    // TACTUS_EVENT_SIZE_MAX bytes.
    [[nodiscard]] bool store(std::uint32_t slot, std::span<const std::byte> bytes) noexcept;

    // The same, but shares the block, whose payload becomes the cell's.
    void store(std::uint32_t slot, payload_block& block) noexcept;

    // A block that the caller holds until let_go, to be shared by several cells. Returns nullptr if
    // there is no memory, or the payload is short enough for a cell.
    [[nodiscard]] payload_block* hold(std::span<const std::byte> bytes) noexcept;
    void let_go(payload_block& block) noexcept;

    [[nodiscard]] std::span<const std::byte> bytes(std::uint32_t slot) const noexcept;
    [[nodiscard]] event_cell& operator[](std::uint32_t slot) noexcept { return cells_[slot]; }
    [[nodiscard]] const event_cell& operator[](std::uint32_t slot) const noexcept {
        return cells_[slot];
    }

    // Prefetches a cell that will be read soon.
    void prefetch(std::uint32_t slot) const noexcept {
        const event_cell* const cell = cells_.data() + slot;
        __builtin_prefetch(cell);
        __builtin_prefetch(cell->payload + 64);
    }

    [[nodiscard]] std::size_t cells_in_use() const noexcept { return in_use_; }
    [[nodiscard]] std::size_t cells_max() const noexcept { return cells_.limit(); }
    [[nodiscard]] std::size_t block_bytes() const noexcept { return block_bytes_; } // cached too
    [[nodiscard]] std::size_t blocks_in_use() const noexcept { return blocks_in_use_; }

    // After a peak, when no cell is in use: returns a slice of the cells' memory to the system.
    // Returns whether there is more to return.
    bool release_slice() noexcept;

private:
    static constexpr std::size_t size_classes = 5;
    static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

    cell_store(base::reserved_array<event_cell> cells, std::size_t block_bytes_max,
               std::uint64_t memory_max) noexcept
        : cells_(std::move(cells)), block_bytes_max_(block_bytes_max), memory_max_(memory_max) {}

    [[nodiscard]] bool may_add(std::size_t bytes) const noexcept;

    [[nodiscard]] payload_block* copy(std::span<const std::byte> bytes) noexcept;
    [[nodiscard]] payload_block* take_block(std::size_t size) noexcept;
    void drop_cached() noexcept;

    base::reserved_array<event_cell> cells_;
    std::uint32_t first_free_ = 0; // slot + 1, so that 0 is none
    std::size_t in_use_ = 0;

    std::size_t block_bytes_max_;
    std::uint64_t memory_max_;
    std::size_t block_bytes_ = 0;
    std::size_t cached_bytes_ = 0;
    std::size_t blocks_in_use_ = 0;
    std::array<payload_block*, size_classes> cached_{};
};

} // namespace tactus::flow
