// SPDX-License-Identifier: MIT
// A ring of records of any size between two threads: one pushes, one pops; neither waits or
// allocates. Being full is a normal result. It is the border to foreign threads: device callbacks
// write to the loop through one, and the loop to the worker of an output that may block.
//
// The owner does the waking; the ring reports when it is needed: push returns stored_wake only
// after the consumer has announced that it will sleep, so a busy consumer costs no system call.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace tactus::base {

enum class ring_push {
    stored,      // the consumer is awake and will find it
    stored_wake, // stored; the consumer sleeps or is about to: this caller must wake it
    full,        // not stored; room appears when the consumer pops
    too_large,   // not stored, and never will be: longer than record_max()
};

// Valid until pop(). Both start at addresses that are multiples of 8.
struct record_view {
    std::span<const std::byte> header;
    std::span<const std::byte> payload;
};

class record_ring {
public:
    // Bounds: capacity is a power of two, 64 bytes to 1 GiB.
    explicit record_ring(std::size_t capacity_bytes);

    // Threads: the producer.
    [[nodiscard]] ring_push try_push(std::span<const std::byte> header,
                                     std::span<const std::byte> payload) noexcept;

    // The oldest record. Threads: the consumer.
    [[nodiscard]] std::optional<record_view> front() noexcept;

    // Removes the oldest record. Bounds: front() has just returned one. Threads: the consumer.
    void pop() noexcept;

    // Returns true if the ring is empty and the next push will return stored_wake, so sleeping is
    // safe; false if something arrived: go on popping. Call it before each sleep only: a consumer
    // that stops early with records left must resume by itself. Threads: the consumer.
    [[nodiscard]] bool consumer_may_sleep() noexcept;

    // A momentary view. Threads: any; for the consumer, false is certain.
    [[nodiscard]] bool is_empty() const noexcept { return used_bytes() == 0; }
    [[nodiscard]] std::size_t used_bytes() const noexcept;

    // The largest record that fits: header and payload, each rounded up to 8 bytes, plus 8 bytes
    // for the ring. Half of the ring, since a record is never split across its end.
    [[nodiscard]] std::size_t record_max() const noexcept { return capacity_ / 2; }

private:
    struct prefix {
        std::uint32_t header_size;
        std::uint32_t payload_size;
    };

    [[nodiscard]] std::byte* at(std::uint64_t position) const noexcept {
        return &bytes_[static_cast<std::size_t>(position) & (capacity_ - 1)];
    }
    [[nodiscard]] bool has_room(std::uint64_t end) noexcept;
    [[nodiscard]] ring_push publish(std::uint64_t end) noexcept;

    std::unique_ptr<std::byte[]> bytes_;
    std::size_t capacity_;

    // Positions count bytes since the start and never wrap (2^64 bytes are centuries); a position
    // is masked where it is used. head_ <= tail_ <= head_ + capacity at any moment.
    //
    // Written by the producer, read by the consumer. States: only grows, by whole records. Stored
    // seq_cst: it releases the record's bytes to the consumer, and takes part in the handshake
    // below.
    alignas(64) std::atomic<std::uint64_t> tail_{0};
    std::uint64_t head_seen_ = 0; // the producer's copy of head_, refreshed only when it seems full

    // Written by the consumer, read by the producer. States: only grows, by whole records.
    // Released: the consumer's reads of a record come before the producer's reuse of its bytes.
    alignas(64) std::atomic<std::uint64_t> head_{0};
    std::uint64_t tail_seen_ = 0; // the consumer's copy of tail_, refreshed when it seems empty

    // Set by the consumer, cleared by the first side that sees it.
    //   false -> true   consumer_may_sleep, before it reads tail_ for the last time
    //   true  -> false  a push that stored (it returns stored_wake), or the consumer that found
    //                   more
    // Handshake: the producer stores tail_ and then loads this, the consumer stores this and then
    // loads tail_. All four are seq_cst, hence in one order, in which one of the two sees the
    // other: either the producer wakes the consumer, or the consumer stays awake. With weaker
    // ordering both could miss (Dekker).
    alignas(64) std::atomic<bool> sleeping_{false};
};

} // namespace tactus::base
