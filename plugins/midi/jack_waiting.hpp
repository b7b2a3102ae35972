// SPDX-License-Identifier: MIT
// The messages of one JACK port that wait for their frame, in the order in which they go out: the
// one that is being sent in parts, those pushed before a flush, then by their moments
// (jack_moments.hpp). Bounds: as many as the ring has records; allocates only when it is made.
// Threads: JACK's.
#pragma once

#include "jack_moments.hpp"
#include "jack_ring.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace midi {

class jack_waiting {
public:
    struct entry {
        std::uint64_t flushes; // those before it was pushed; 0: it is being sent in parts
        std::int64_t moment_ns;
        std::uint64_t sequence;
        jack_ring::record* what;
        std::size_t written; // bytes of it
        // Later first: the standard heaps have the greatest element on top.
        friend bool operator<(const entry& a, const entry& b) noexcept {
            return a.flushes != b.flushes       ? a.flushes > b.flushes
                   : a.moment_ns != b.moment_ns ? a.moment_ns > b.moment_ns
                                                : a.sequence > b.sequence;
        }
    };

    jack_waiting() { heap_.reserve(jack_ring::records_max); }

    /// Takes in the pushed messages. Of these, the first `flushed` of all time go at the next
    /// chance, regardless of their due times.
    void take_in(jack_ring& from, std::uint64_t flushed) noexcept {
        if (flushed > flushed_) {
            take_until(flushed, from);
            flushed_ = flushed;
            ++flushes_;
            moments_.forget();
        }
        take_until(std::numeric_limits<std::uint64_t>::max(), from);
    }

    [[nodiscard]] bool is_empty() const noexcept { return heap_.empty(); }
    /// Bounds, here and below: not empty.
    [[nodiscard]] const entry& first() const noexcept { return heap_.front(); }
    /// Whether the first one goes out whatever its moment is.
    [[nodiscard]] bool is_first_flushed() const noexcept { return first().flushes < flushes_; }
    entry pop() noexcept {
        std::pop_heap(heap_.begin(), heap_.end());
        const entry first = heap_.back();
        heap_.pop_back();
        return first;
    }
    /// Puts back what was popped, of which `part` more bytes are written: the rest goes out before
    /// all others.
    void put_back(entry popped, std::size_t part) noexcept {
        popped.flushes = 0;
        popped.written += part;
        keep(popped);
    }

private:
    void take_until(std::uint64_t sequence, jack_ring& from) noexcept {
        while (sequence_ < sequence) {
            jack_ring::record* const next = from.take();
            if (next == nullptr) {
                return;
            }
            keep({flushes_, moments_.of(next->due_ns, next->bytes()), sequence_++, next, 0});
        }
    }
    // Within the reserved capacity: the ring holds no more records than that.
    void keep(const entry& one) noexcept {
        heap_.push_back(one);
        std::push_heap(heap_.begin(), heap_.end());
    }

    std::vector<entry> heap_; // never longer than its reserved capacity
    jack_moments moments_;
    std::uint64_t sequence_ = 0; // how many were taken
    std::uint64_t flushes_ = 1;
    std::uint64_t flushed_ = 0; // how many the last flush covered
};

} // namespace midi
