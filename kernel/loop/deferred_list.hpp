// SPDX-License-Identifier: MIT
// Calls that the loop makes later in its turn, or in the next one; linked through the callers'
// nodes, in order. Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/coro/reactor.hpp"

#include <utility>

namespace tactus::loop {

class deferred_list {
public:
    [[nodiscard]] bool is_empty() const noexcept { return first_ == nullptr; }

    // Bounds: the node is in no list.
    void push(coro::deferred& node) noexcept {
        TACTUS_ASSERT(!node.is_queued);
        node.is_queued = true;
        node.next = nullptr;
        (last_ != nullptr ? last_->next : first_) = &node;
        last_ = &node;
    }

    // Runs only what was there at the beginning: what these defer waits for the next run.
    void run() noexcept {
        coro::deferred* node = std::exchange(first_, nullptr);
        last_ = nullptr;
        while (node != nullptr) {
            coro::deferred* next = node->next;
            node->is_queued = false;
            node->next = nullptr;
            node->run(*node);
            node = next;
        }
    }

private:
    coro::deferred* first_ = nullptr;
    coro::deferred* last_ = nullptr;
};

} // namespace tactus::loop
