// SPDX-License-Identifier: MIT
#include "kernel/loop/timer_heap.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>

namespace tactus::loop {
namespace {

bool is_before(const coro::timer& a, const coro::timer& b) noexcept {
    return a.due_ns != b.due_ns ? a.due_ns < b.due_ns : a.sequence < b.sequence;
}

} // namespace

void timer_heap::push(coro::timer& node, std::int64_t due_ns) {
    TACTUS_ASSERT(!node.is_armed());
    node.due_ns = std::max(due_ns, firing_at_ns_);
    node.sequence = sequence_++;
    heap_.push_back(&node);
    node.index = heap_.size() - 1;
    sift_up(node.index);
}

void timer_heap::remove(coro::timer& node) noexcept {
    TACTUS_ASSERT(node.index < heap_.size() && heap_[node.index] == &node);
    const std::size_t hole = node.index;
    coro::timer* last = heap_.back();
    heap_.pop_back();
    node.index = coro::timer::unarmed;
    if (last != &node) {
        place(hole, last);
        sift_up(hole);
        sift_down(last->index);
    }
}

void timer_heap::fire_due(std::int64_t now_ns) noexcept {
    const std::uint64_t armed_meanwhile = sequence_;
    firing_at_ns_ = now_ns;
    while (coro::timer* node = top()) {
        if (node->due_ns > now_ns || node->sequence >= armed_meanwhile) {
            break;
        }
        remove(*node);
        node->fire(*node);
    }
    firing_at_ns_ = not_firing_ns;
}

void timer_heap::place(std::size_t index, coro::timer* node) noexcept {
    heap_[index] = node;
    node->index = index;
}

void timer_heap::sift_up(std::size_t index) noexcept {
    coro::timer* node = heap_[index];
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (!is_before(*node, *heap_[parent])) {
            break;
        }
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, node);
}

void timer_heap::sift_down(std::size_t index) noexcept {
    coro::timer* node = heap_[index];
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) {
            break;
        }
        if (child + 1 < heap_.size() && is_before(*heap_[child + 1], *heap_[child])) {
            ++child;
        }
        if (!is_before(*heap_[child], *node)) {
            break;
        }
        place(index, heap_[child]);
        index = child;
    }
    place(index, node);
}

} // namespace tactus::loop
