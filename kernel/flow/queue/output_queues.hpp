// SPDX-License-Identifier: MIT
// The queues of all outputs by number, which of them is due first, and the sweep over all of them.
// An active output with pending events is in the index at the time at which its first event
// leaves: refresh() keeps it there after every change. A removed output keeps its number until
// everything of it was swept and released; the number is then used again.
//
// Owned by departures. Single thread. Only add() allocates.
#pragma once

#include "kernel/flow/queue/output_index.hpp"
#include "kernel/flow/queue/output_queue.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace tactus::flow {

class output_queues {
public:
    // Errors: limit (outputs_max, or no address space).
    result<std::uint16_t> add(const output_limits& limits, std::size_t keys_max);

    // Bounds: of an output that was added, and not removed and swept.
    [[nodiscard]] output_queue& at(std::uint16_t output) noexcept {
        TACTUS_ASSERT(exists(output));
        return *queues_[output];
    }
    [[nodiscard]] const output_queue& at(std::uint16_t output) const noexcept {
        TACTUS_ASSERT(exists(output));
        return *queues_[output];
    }

    // Moves the output to where its first event belongs. Call after anything that may have changed
    // its first event, its state or what is to be swept of it.
    void refresh(const output_queue& changed) noexcept;

    // The output whose first event leaves first, and that event's key with the time at which it
    // leaves. Bounds: not is_idle().
    [[nodiscard]] bool is_idle() const noexcept { return index_.is_empty(); }
    [[nodiscard]] std::uint16_t first() const noexcept { return index_.first(); }
    [[nodiscard]] due_key first_key() const noexcept { return index_.first_key(); }

    [[nodiscard]] queue_amount pending() const noexcept; // of all

    // Recycles cancelled events, checking `most` at most, and releases memory after a peak. Returns
    // whether there is more to do.
    bool sweep(event_store& events, std::size_t most) noexcept;

private:
    [[nodiscard]] bool exists(std::size_t output) const noexcept {
        return output < queues_.size() && queues_[output] != nullptr;
    }
    std::size_t sweep_output(std::size_t output, event_store& events, std::size_t most) noexcept;
    bool release_keys() noexcept;
    bool release_memory(event_store& events) noexcept;

    std::vector<std::unique_ptr<output_queue>> queues_; // nullptr: the number is free
    output_index index_;
    std::size_t sweep_at_ = 0;   // the output that sweep() visits next
    std::size_t release_at_ = 0; // the output whose unused keys sweep() releases next
    bool has_swept_all_ = true;  // sweep() finds nothing to recycle
};

} // namespace tactus::flow
