// SPDX-License-Identifier: MIT
// The bytes of one message while it goes to several outputs: copied once, into a block that their
// cells share. For one output, or bytes that a cell holds itself, nothing is copied in advance.
// Threads: loop.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

class shared_payload {
public:
    // All must outlive it. outputs: how many it goes to.
    shared_payload(timed_queue& queue, std::span<const std::uint8_t> bytes,
                   std::size_t outputs) noexcept
        : queue_(queue), block_(outputs > 1 && bytes.size() > event_cell::inline_max
                                    ? queue.hold(std::as_bytes(bytes))
                                    : nullptr),
          copied_(block_ == nullptr ? bytes.size() : 0) {}
    shared_payload(const shared_payload&) = delete;
    shared_payload& operator=(const shared_payload&) = delete;
    ~shared_payload() { queue_.let_go(block_); }

    // nullptr: each output copies the bytes.
    [[nodiscard]] payload_block* block() const noexcept { return block_; }
    // How many bytes each output copies.
    [[nodiscard]] std::size_t copied() const noexcept { return copied_; }

private:
    timed_queue& queue_;
    payload_block* block_;
    std::size_t copied_;
};

} // namespace tactus::flow
