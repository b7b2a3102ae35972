// SPDX-License-Identifier: MIT
// A record is: u32 header size, u32 payload size, header, payload, each part padded to 8 bytes. A
// header size of wrap_mark means that the rest of the buffer is unused and the next record is at 0.
#include "kernel/base/record_ring.hpp"

#include "kernel/base/assert.hpp"

#include <bit>
#include <cstring>

namespace tactus::base {

namespace {

constexpr std::size_t capacity_min = 64;
constexpr std::size_t capacity_max = std::size_t{1} << 30;
constexpr std::uint32_t wrap_mark = 0xffffffffu;

constexpr std::size_t padded(std::size_t bytes) noexcept {
    return (bytes + 7) & ~std::size_t{7};
}

void copy(std::byte* to, std::span<const std::byte> from) noexcept {
    if (!from.empty()) { // memcpy from a null pointer is undefined, even for size 0
        std::memcpy(to, from.data(), from.size());
    }
}

} // namespace

record_ring::record_ring(std::size_t capacity_bytes) : capacity_(capacity_bytes) {
    TACTUS_ASSERT(std::has_single_bit(capacity_bytes));
    TACTUS_ASSERT(capacity_bytes >= capacity_min && capacity_bytes <= capacity_max);
    bytes_ = std::make_unique<std::byte[]>(capacity_bytes);
}

ring_push record_ring::try_push(std::span<const std::byte> header,
                                std::span<const std::byte> payload) noexcept {
    // Each separately first, so that the sum cannot overflow.
    if (header.size() > record_max() || payload.size() > record_max()) {
        return ring_push::too_large;
    }
    const std::size_t size = sizeof(prefix) + padded(header.size()) + padded(payload.size());
    if (size > record_max()) {
        return ring_push::too_large;
    }
    std::uint64_t tail = tail_.load(std::memory_order_relaxed); // written only by this thread
    const std::size_t until_end = capacity_ - (static_cast<std::size_t>(tail) & (capacity_ - 1));
    const std::size_t skipped = size > until_end ? until_end : 0;
    if (!has_room(tail + skipped + size)) {
        return ring_push::full;
    }
    if (skipped != 0) {
        const prefix mark{wrap_mark, 0}; // there is room for it: all sizes are multiples of 8
        std::memcpy(at(tail), &mark, sizeof mark);
        tail += skipped;
    }
    const prefix sizes{static_cast<std::uint32_t>(header.size()),
                       static_cast<std::uint32_t>(payload.size())};
    std::byte* const record = at(tail);
    std::memcpy(record, &sizes, sizeof sizes);
    copy(record + sizeof sizes, header);
    copy(record + sizeof sizes + padded(header.size()), payload);
    return publish(tail + size);
}

bool record_ring::has_room(std::uint64_t end) noexcept {
    if (end - head_seen_ > capacity_) {
        head_seen_ = head_.load(std::memory_order_acquire);
    }
    return end - head_seen_ <= capacity_;
}

ring_push record_ring::publish(std::uint64_t end) noexcept {
    tail_.store(end, std::memory_order_seq_cst);
    if (!sleeping_.load(std::memory_order_seq_cst)) {
        return ring_push::stored;
    }
    // The consumer may clear it at the same time, having seen this record: then it does not sleep.
    const bool slept = sleeping_.exchange(false, std::memory_order_seq_cst);
    return slept ? ring_push::stored_wake : ring_push::stored;
}

std::optional<record_view> record_ring::front() noexcept {
    std::uint64_t head = head_.load(std::memory_order_relaxed); // written only by this thread
    if (head == tail_seen_) {
        tail_seen_ = tail_.load(std::memory_order_acquire);
        if (head == tail_seen_) {
            return std::nullopt;
        }
    }
    prefix sizes;
    std::memcpy(&sizes, at(head), sizeof sizes);
    if (sizes.header_size == wrap_mark) { // a mark is published together with the record after it
        head += capacity_ - (static_cast<std::size_t>(head) & (capacity_ - 1));
        head_.store(head, std::memory_order_release);
        std::memcpy(&sizes, at(head), sizeof sizes);
    }
    const std::byte* const header = at(head) + sizeof sizes;
    return record_view{{header, sizes.header_size},
                       {header + padded(sizes.header_size), sizes.payload_size}};
}

void record_ring::pop() noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    TACTUS_ASSERT(head != tail_seen_);
    prefix sizes;
    std::memcpy(&sizes, at(head), sizeof sizes);
    TACTUS_ASSERT(sizes.header_size != wrap_mark); // front() would have skipped it
    head_.store(head + sizeof sizes + padded(sizes.header_size) + padded(sizes.payload_size),
                std::memory_order_release);
}

bool record_ring::consumer_may_sleep() noexcept {
    sleeping_.store(true, std::memory_order_seq_cst);
    if (tail_.load(std::memory_order_seq_cst) == head_.load(std::memory_order_relaxed)) {
        return true;
    }
    sleeping_.store(false, std::memory_order_relaxed);
    return false;
}

std::size_t record_ring::used_bytes() const noexcept {
    // Reads the head first: a tail that is read later is never behind it.
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(tail_.load(std::memory_order_acquire) - head);
}

} // namespace tactus::base
