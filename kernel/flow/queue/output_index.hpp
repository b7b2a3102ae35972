// SPDX-License-Identifier: MIT
// Which output is next: a small binary heap of outputs, sorted by the head of their queue, in which
// an output can be found, moved and removed. Paused and empty outputs are not in it.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/queue/due_heap.hpp"

#include <cstdint>
#include <vector>

namespace tactus::flow {

class output_index {
public:
    // Makes room for outputs 0 to count - 1, so that nothing below allocates.
    void grow(std::size_t count) {
        entries_.reserve(count);
        places_.resize(count, absent);
    }

    [[nodiscard]] bool is_empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] bool contains(std::uint16_t output) const noexcept {
        return places_[output] != absent;
    }

    // Bounds: not empty.
    [[nodiscard]] std::uint16_t first() const noexcept { return entries_[0].output; }
    [[nodiscard]] due_key first_key() const noexcept { return entries_[0].key; }

    // Inserts an output, or moves it if it is already present.
    void set(std::uint16_t output, due_key key) noexcept {
        std::size_t place = places_[output];
        if (place == absent) {
            TACTUS_ASSERT(entries_.size() < places_.size());
            place = entries_.size();
            entries_.push_back({}); // reserved in grow()
        }
        settle(place, {key, output});
    }

    void remove(std::uint16_t output) noexcept {
        const std::size_t place = places_[output];
        if (place == absent) {
            return;
        }
        places_[output] = absent;
        const entry last = entries_.back();
        entries_.pop_back();
        if (place < entries_.size()) {
            settle(place, last);
        }
    }

private:
    static constexpr std::uint32_t absent = 0xffffffffu;

    struct entry {
        due_key key;
        std::uint16_t output;
    };

    // Writes an entry at a free place, or where it belongs above or below.
    void settle(std::size_t place, entry settled) noexcept {
        while (place > 0 && settled.key < entries_[(place - 1) / 2].key) {
            put(place, entries_[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        for (std::size_t child = 2 * place + 1; child < entries_.size(); child = 2 * place + 1) {
            if (child + 1 < entries_.size() && entries_[child + 1].key < entries_[child].key) {
                ++child;
            }
            if (settled.key <= entries_[child].key) {
                break;
            }
            put(place, entries_[child]);
            place = child;
        }
        put(place, settled);
    }

    void put(std::size_t place, entry moved) noexcept {
        entries_[place] = moved;
        places_[moved.output] = static_cast<std::uint32_t>(place);
    }

    std::vector<entry> entries_;
    std::vector<std::uint32_t> places_; // by output
};

} // namespace tactus::flow
