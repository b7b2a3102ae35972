// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/cell_store.hpp"

#include <tactus/event.h>

#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace tactus::flow {

// The head of a block; the payload follows it. Holders: cells, and callers of hold().
struct payload_block {
    payload_block* next_cached;
    std::uint32_t size; // of the payload, bytes
    std::uint32_t holders;
    std::uint32_t size_class;
};

namespace {

constexpr std::array<std::size_t, 5> class_bytes{256, 1024, 4096, 16384, 65536};
static_assert(class_bytes.back() == TACTUS_EVENT_SIZE_MAX);

// The size in an unused cell: detects a double free.
constexpr std::uint32_t free_mark = (1U << 17) - 1; // as the size of a cell

constexpr std::size_t address_bytes = sizeof(std::uintptr_t);

constexpr std::size_t slice_cells = 2048; // 256 KiB, 64 pages: some 10 us to release
constexpr std::size_t kept_cells = 8192;  // 1 MiB is never released

constexpr std::size_t malloc_bytes = 16; // the allocator's own overhead

std::size_t block_size(std::size_t size_class) noexcept {
    return sizeof(payload_block) + class_bytes[size_class];
}

std::size_t class_of(std::size_t size) noexcept {
    std::size_t size_class = 0;
    while (class_bytes[size_class] < size) {
        ++size_class;
    }
    return size_class;
}

std::byte* payload_of(payload_block& block) noexcept {
    return reinterpret_cast<std::byte*>(&block + 1);
}

bool has_block(const event_cell& cell) noexcept {
    const bool has_ticket = (cell.flags & event_cell::has_ticket) != 0;
    return event_cell::taken_by(cell.size, has_ticket) > event_cell::inline_max;
}

payload_block* block_of(const event_cell& cell) noexcept {
    payload_block* block = nullptr;
    std::memcpy(&block, cell.payload, address_bytes);
    return block;
}

} // namespace

std::uint64_t cell_store::block_bytes_for(std::size_t size) noexcept {
    return size <= event_cell::inline_max ? 0 : block_size(class_of(size)) + malloc_bytes;
}

result<cell_store> cell_store::make(std::size_t cells_max, std::size_t block_bytes_max,
                                    std::uint64_t memory_max) {
    auto cells = base::reserved_array<event_cell>::reserve(cells_max);
    if (!cells) {
        return fail(cells.error().kind, cells.error().text);
    }
    return cell_store(std::move(*cells), block_bytes_max, memory_max);
}

cell_store::cell_store(cell_store&& other) noexcept
    : cells_(std::move(other.cells_)), first_free_(std::exchange(other.first_free_, 0)),
      in_use_(std::exchange(other.in_use_, 0)), block_bytes_max_(other.block_bytes_max_),
      memory_max_(other.memory_max_), block_bytes_(std::exchange(other.block_bytes_, 0)),
      cached_bytes_(std::exchange(other.cached_bytes_, 0)),
      blocks_in_use_(std::exchange(other.blocks_in_use_, 0)),
      cached_(std::exchange(other.cached_, {})) {}

cell_store::~cell_store() {
    if (blocks_in_use_ > 0) { // events that were still pending
        for (std::size_t slot = 0; slot < cells_.size(); ++slot) {
            if (cells_[slot].size != free_mark) {
                free(static_cast<std::uint32_t>(slot));
            }
        }
    }
    drop_cached();
}

std::optional<std::uint32_t> cell_store::allocate() noexcept {
    std::uint32_t slot = 0;
    if (first_free_ != 0) {
        slot = first_free_ - 1;
        first_free_ = cells_[slot].group;
    } else if (!cells_.is_full()) {
        slot = static_cast<std::uint32_t>(cells_.size());
        cells_.grow(); // every field is about to be written
    } else {
        return std::nullopt;
    }
    ++in_use_;
    cells_[slot].size = 0;
    return slot;
}

void cell_store::free(std::uint32_t slot) noexcept {
    event_cell& cell = cells_[slot];
    TACTUS_ASSERT(slot < cells_.size() && cell.size != free_mark);
    if (has_block(cell)) {
        let_go(*block_of(cell));
    }
    cell.size = free_mark;
    --in_use_;
    if (in_use_ == 0) { // starts over at slot 0: without a free list, memory can be released
        first_free_ = 0;
        cells_.clear();
        return;
    }
    cell.group = first_free_;
    first_free_ = slot + 1;
}

bool cell_store::store(std::uint32_t slot, std::span<const std::byte> bytes) noexcept {
    event_cell& cell = cells_[slot];
    TACTUS_ASSERT(cell.size == 0);
    const bool has_ticket = (cell.flags & event_cell::has_ticket) != 0;
    if (event_cell::taken_by(bytes.size(), has_ticket) <= event_cell::inline_max) {
        if (!bytes.empty()) {
            std::memcpy(cell.payload, bytes.data(), bytes.size());
        }
        cell.size = static_cast<std::uint32_t>(bytes.size()) & free_mark;
        return true;
    }
    payload_block* const block = copy(bytes);
    if (block == nullptr) {
        return false;
    }
    std::memcpy(cell.payload, &block, address_bytes); // the cell is now the holder
    cell.size = block->size & free_mark;
    return true;
}

void cell_store::store(std::uint32_t slot, payload_block& block) noexcept {
    event_cell& cell = cells_[slot];
    TACTUS_ASSERT(cell.size == 0 && block.holders > 0);
    ++block.holders;
    payload_block* const address = &block;
    std::memcpy(cell.payload, &address, address_bytes);
    cell.size = block.size & free_mark;
}

payload_block* cell_store::hold(std::span<const std::byte> bytes) noexcept {
    TACTUS_ASSERT(bytes.size() <= TACTUS_EVENT_SIZE_MAX);
    return bytes.size() <= event_cell::inline_max ? nullptr : copy(bytes);
}

payload_block* cell_store::copy(std::span<const std::byte> bytes) noexcept {
    payload_block* const block = take_block(bytes.size());
    if (block != nullptr) {
        std::memcpy(payload_of(*block), bytes.data(), bytes.size());
        block->size = static_cast<std::uint32_t>(bytes.size());
        block->holders = 1;
    }
    return block;
}

payload_block* cell_store::take_block(std::size_t size) noexcept {
    const std::size_t size_class = class_of(size);
    const std::size_t bytes = block_size(size_class);
    payload_block* block = cached_[size_class];
    if (block != nullptr) {
        cached_[size_class] = block->next_cached;
        cached_bytes_ -= bytes;
        ++blocks_in_use_;
        return block;
    }
    if (!may_add(bytes)) {
        drop_cached(); // blocks of other sizes may be what fills the limit
    }
    if (!may_add(bytes)) {
        return nullptr;
    }
    void* const memory = ::operator new(bytes, std::nothrow);
    if (memory == nullptr) {
        return nullptr;
    }
    block_bytes_ += bytes;
    ++blocks_in_use_;
    return ::new (memory) payload_block{nullptr, 0, 0, static_cast<std::uint32_t>(size_class)};
}

bool cell_store::may_add(std::size_t bytes) const noexcept {
    return block_bytes_ + bytes <= block_bytes_max_ &&
           cells_.touched() * cell_bytes + block_bytes_ + bytes <= memory_max_;
}

void cell_store::let_go(payload_block& block) noexcept {
    TACTUS_ASSERT(block.holders > 0);
    --block.holders;
    if (block.holders > 0) {
        return;
    }
    --blocks_in_use_;
    const std::size_t bytes = block_size(block.size_class);
    if (cached_bytes_ + bytes > cached_bytes_max) {
        block_bytes_ -= bytes;
        ::operator delete(&block);
        return;
    }
    cached_bytes_ += bytes;
    block.next_cached = cached_[block.size_class];
    cached_[block.size_class] = &block;
}

void cell_store::drop_cached() noexcept {
    for (payload_block*& first : cached_) {
        while (first != nullptr) {
            payload_block* const block = first;
            first = block->next_cached;
            block_bytes_ -= block_size(block->size_class);
            ::operator delete(block);
        }
    }
    cached_bytes_ = 0;
}

std::span<const std::byte> cell_store::bytes(std::uint32_t slot) const noexcept {
    const event_cell& cell = cells_[slot];
    const std::byte* const first = has_block(cell) ? payload_of(*block_of(cell)) : cell.payload;
    return {first, cell.size};
}

bool cell_store::release_slice() noexcept {
    return in_use_ == 0 && cells_.release_tail(slice_cells, kept_cells);
}

} // namespace tactus::flow
