// SPDX-License-Identifier: MIT
// Takes waiting events back: notes which (retractions), so that none of them leaves from that
// moment on, and then goes through the queues in slices and drops them, which frees their room. A
// slice may miss some, if events are let in between two of them. Then all is gone through again, a
// few times; what is missed for good is dropped when it is due. Threads: loop.
#pragma once

#include "kernel/flow/output/due_batch.hpp"
#include "kernel/flow/output/mutes.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/queue/lane_number.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace tactus::flow {

class retractor {
public:
    static constexpr std::size_t first_slice = 4096; // waiting events; dropped within the call
    static constexpr int rounds_max = 3;

    // All must outlive it.
    retractor(timed_queue& queue, output_table& outputs, mutes& mutes, due_batch& batch) noexcept
        : queue_(queue), outputs_(outputs), mutes_(mutes), batch_(batch) {}

    // Takes back the events that wait now and that any of these concerns, except ends. Allocates.
    void take_back(std::span<const retraction> which);
    // Goes on, and looks at so many waiting events at most. Returns true if there is more to do.
    bool step(std::size_t looks) noexcept;

private:
    static constexpr std::size_t whole_lane = std::numeric_limits<std::size_t>::max();

    void begin_round() noexcept;
    // Returns true if another follows.
    [[nodiscard]] bool end_round() noexcept;
    void next_lane() noexcept;
    [[nodiscard]] std::optional<due_entry> take_next(const output& of, std::size_t& looks) noexcept;

    timed_queue& queue_;
    output_table& outputs_;
    mutes& mutes_;
    due_batch& batch_;
    int rounds_left_ = 0;
    std::uint64_t begun_sequence_ = 0; // of the queue, when the round began
    std::uint16_t output_ = 0;         // where it is
    std::uint8_t lane_ = normal_lane;
    std::size_t cursor_ = whole_lane; // in the lane
};

} // namespace tactus::flow
