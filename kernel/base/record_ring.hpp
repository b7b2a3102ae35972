// SPDX-License-Identifier: MIT
// A ring of records of any size between two threads: one pushes, one pops, nobody waits or
// allocates. Full is an answer. It is the border to foreign threads: device callbacks write to the
// loop through one, the loop writes to the worker of an output that may block through another.
//
// Waking is the owner's business, the ring says when it is needed: push answers stored_wake only
// after the consumer had said that it was going to sleep, so a busy consumer costs no system call.
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
    stored_wake, // stored; the consumer sleeps or is about to: wake it, you are the only one told
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

    // Forgets the oldest record. Bounds: front() has just answered one. Threads: the consumer.
    void pop() noexcept;

    // True: the ring is empty, and the next push will answer stored_wake, so sleeping is safe.
    // False: something came in, go on popping. To be called before each sleep, and only then: a
    // consumer that stops early with records left must come back by itself. Threads: the consumer.
    [[nodiscard]] bool consumer_may_sleep() noexcept;

    // A moment's view. Threads: any; for the consumer, false is certain.
    [[nodiscard]] bool is_empty() const noexcept { return used_bytes() == 0; }
    [[nodiscard]] std::size_t used_bytes() const noexcept;

    // The largest record that fits: header and payload, each rounded up to 8 bytes, together with 8
    // bytes of the ring's own. Half of the ring, since a record is never split across its end.
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
    std::uint64_t head_seen_ = 0; // the producer's copy of head_, renewed only when it seems full

    // Written by the consumer, read by the producer. States: only grows, by whole records.
    // Released: the consumer's reads of a record come before the producer's reuse of its bytes.
    alignas(64) std::atomic<std::uint64_t> head_{0};
    std::uint64_t tail_seen_ = 0; // the consumer's copy of tail_, renewed only when it seems empty

    // Set by the consumer, cleared by whoever sees it first.
    //   false -> true   consumer_may_sleep, before it looks at tail_ for the last time
    //   true  -> false  a push that stored (it answers stored_wake), or the consumer that found
    //                   more
    // Handshake: the producer stores tail_ and then loads this, the consumer stores this and then
    // loads tail_. All four are seq_cst, hence in one order, in which one of the two sees the
    // other: either the producer wakes, or the consumer stays. With less, both could miss (Dekker).
    alignas(64) std::atomic<bool> sleeping_{false};
};

} // namespace tactus::base
