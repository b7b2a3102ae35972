// SPDX-License-Identifier: MIT
// The order of pending events: a heap of 16-byte keys with four children to a node, one cache line.
// A pop moves the hole to the bottom and the last key up from there, which takes half the
// comparisons and hardly a mispredicted branch. It never pauses: it grows in place, and no
// operation touches more than log4(size) nodes. (Wheels and radix heaps are faster on average but
// stall for milliseconds at a million events; bench/queue_bench.cpp has the numbers.) Knows only
// keys; cell_store has the contents of slots. One for each lane of timed_queue.
#pragma once

#include "kernel/base/reserved_array.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

namespace tactus::flow {

// due (57 bits, ns since the queue's epoch) | sequence (47 bits) | slot (24 bits): one comparison
// sorts by due time, then by arrival. Both time and sequence last for four and a half years,
// sequence at a million events a second without a stop.
__extension__ typedef unsigned __int128 due_key;

inline constexpr unsigned slot_bits = 24;
inline constexpr unsigned sequence_bits = 47;
inline constexpr unsigned due_bits = 57;
static_assert(slot_bits + sequence_bits + due_bits == 128);

inline constexpr std::uint64_t slots_max = std::uint64_t{1} << slot_bits;
inline constexpr std::uint64_t sequence_max = (std::uint64_t{1} << sequence_bits) - 1;
inline constexpr std::uint64_t due_max = (std::uint64_t{1} << due_bits) - 1;

constexpr due_key make_due_key(std::uint64_t due, std::uint64_t sequence,
                               std::uint32_t slot) noexcept {
    return (due_key{due} << (sequence_bits + slot_bits)) | (due_key{sequence} << slot_bits) | slot;
}
constexpr std::uint64_t due_of(due_key key) noexcept {
    return static_cast<std::uint64_t>(key >> (sequence_bits + slot_bits));
}
constexpr std::uint64_t sequence_of(due_key key) noexcept {
    return static_cast<std::uint64_t>(key >> slot_bits) & sequence_max;
}
constexpr std::uint32_t slot_of(due_key key) noexcept {
    return static_cast<std::uint32_t>(key & (slots_max - 1));
}

class due_heap {
public:
    // Errors: limit.
    static result<due_heap> make(std::size_t limit) {
        // Three unused elements: the children of i, 4i+1 to 4i+4, then start at a multiple of four.
        auto keys = base::reserved_array<due_key>::reserve(limit, 3);
        if (!keys) {
            return fail(keys.error().kind, keys.error().text);
        }
        return due_heap(std::move(*keys));
    }

    due_heap() = default;

    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    [[nodiscard]] std::size_t limit() const noexcept { return keys_.limit(); }
    [[nodiscard]] bool is_empty() const noexcept { return keys_.is_empty(); }
    [[nodiscard]] bool is_full() const noexcept { return keys_.is_full(); }

    // Bounds: not empty.
    [[nodiscard]] due_key top() const noexcept { return keys_[0]; }

    // All keys; [0] is the top, the others are in heap order.
    [[nodiscard]] std::span<const due_key> keys() const noexcept {
        return {keys_.data(), keys_.size()};
    }

    // Bounds: not full.
    void push(due_key key) noexcept {
        keys_.push_back(key);
        rise(keys_.size() - 1, key);
    }

    // Bounds: not empty.
    due_key pop() noexcept {
        const due_key top = keys_[0];
        remove_at(0);
        return top;
    }

    // Removes any key by its index in keys(). Bounds: index < size().
    void remove_at(std::size_t index) noexcept {
        const due_key last = keys_[keys_.size() - 1];
        keys_.pop_back();
        if (index < keys_.size()) {
            // The hole ends at the bottom; the last key rises from there, above index if necessary.
            rise(sink_hole(index), last);
        }
    }

    // Removes the last of keys(), a leaf, without sifting. Bounds: not empty.
    void remove_last() noexcept { keys_.pop_back(); }

    void swap(due_heap& other) noexcept { keys_.swap(other.keys_); }

    // Returns a slice of long-unused memory to the system: what exceeds four times its size.
    // Returns whether there is more.
    bool release_slice() noexcept {
        return keys_.release_tail(slice_keys, std::max(kept_keys, 4 * keys_.size()));
    }

private:
    static constexpr std::size_t slice_keys = 16384; // 256 KiB
    static constexpr std::size_t kept_keys = 4096;

    explicit due_heap(base::reserved_array<due_key> keys) noexcept : keys_(std::move(keys)) {}

    // Inserts key at its place on the path from hole to the root.
    void rise(std::size_t hole, due_key key) noexcept {
        due_key* const keys = keys_.data();
        while (hole > 0) {
            const std::size_t parent = (hole - 1) / 4;
            if (keys[parent] <= key) {
                break;
            }
            keys[hole] = keys[parent];
            hole = parent;
        }
        keys[hole] = key;
    }

    // Moves the smallest children up into the hole until it is a leaf; returns its final index.
    std::size_t sink_hole(std::size_t hole) noexcept {
        due_key* const keys = keys_.data();
        const std::size_t size = keys_.size();
        std::size_t child = 4 * hole + 1;
        while (child + 3 < size) { // four children: selections only, no branch to mispredict
            const std::size_t left = child + (keys[child + 1] < keys[child] ? 1u : 0u);
            const std::size_t right = child + 2 + (keys[child + 3] < keys[child + 2] ? 1u : 0u);
            const std::size_t least = keys[right] < keys[left] ? right : left;
            keys[hole] = keys[least];
            hole = least;
            child = 4 * hole + 1;
        }
        if (child < size) { // the one node that may have fewer
            std::size_t least = child;
            for (std::size_t next = child + 1; next < size; ++next) {
                least = keys[next] < keys[least] ? next : least;
            }
            keys[hole] = keys[least];
            hole = least;
        }
        return hole;
    }

    base::reserved_array<due_key> keys_;
};

} // namespace tactus::flow
