// SPDX-License-Identifier: MIT
// The note changes of one output that have left and take effect later, in the order in which they
// will: by the time of their effect, and of those with equal times the one that left first. Does
// not know what they change. No allocation below 256 of them once there was one. Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/output/notes/in_flight.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace tactus::flow {

class scheduled_changes {
public:
    static constexpr std::size_t changes_max = 65'536;

    struct change {
        std::int64_t effect_ns = 0;
        std::uint64_t sequence = 0; // in which they left
        note_change what;
    };

    [[nodiscard]] bool is_full() const noexcept { return heap_.size() == changes_max; }
    // Bounds: not is_full().
    void add(const note_change& what, std::int64_t effect_ns) {
        TACTUS_ASSERT(!is_full());
        if (heap_.capacity() == 0) {
            heap_.reserve(room); // the number of them varies, and growing allocates
        }
        heap_.push_back({effect_ns, next_sequence_++, what});
        std::push_heap(heap_.begin(), heap_.end(), is_later);
    }
    // Whether the first of them has taken effect by then.
    [[nodiscard]] bool has_due(std::int64_t now_ns) const noexcept {
        return !heap_.empty() && heap_.front().effect_ns <= now_ns;
    }
    // Bounds: there is one.
    [[nodiscard]] change take_first() noexcept {
        TACTUS_ASSERT(!heap_.empty());
        std::pop_heap(heap_.begin(), heap_.end(), is_later);
        const change first = heap_.back();
        heap_.pop_back();
        return first;
    }

    // Calls visit(change) for each, in no order. It may alter what is changed.
    template <class Visitor>
    void for_each(Visitor&& visit) {
        for (change& each : heap_) {
            visit(each);
        }
    }
    // Those that is_wanted(note_change) selects, in order. Allocates.
    template <class Predicate>
    [[nodiscard]] std::vector<change> in_order(Predicate&& is_wanted) const {
        std::vector<change> chosen;
        std::copy_if(heap_.begin(), heap_.end(), std::back_inserter(chosen),
                     [&](const change& each) { return is_wanted(each.what); });
        std::sort(chosen.begin(), chosen.end(),
                  [](const change& a, const change& b) { return is_later(b, a); });
        return chosen;
    }

private:
    static constexpr std::size_t room = 256; // reserved from the first one on

    // The standard heaps have the greatest on top, which is the first to take effect here.
    static bool is_later(const change& a, const change& b) noexcept {
        return a.effect_ns != b.effect_ns ? a.effect_ns > b.effect_ns : a.sequence > b.sequence;
    }

    std::vector<change> heap_;
    std::uint64_t next_sequence_ = 0;
};

} // namespace tactus::flow
