// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/output_queue.hpp"

#include <utility>

namespace tactus::flow {

result<output_queue> output_queue::make(std::uint16_t number, const output_limits& limits,
                                        std::size_t keys_max) {
    std::array<lane, lanes_count> lanes;
    for (lane& each : lanes) {
        auto made = lane::make(keys_max);
        if (!made) {
            return fail(made.error().kind, made.error().text);
        }
        each = std::move(*made);
    }
    return output_queue(number, limits, std::move(lanes));
}

output_queue::output_queue(std::uint16_t number, const output_limits& limits,
                           std::array<lane, lanes_count> lanes) noexcept
    : lanes_(std::move(lanes)), capacity_(limits.pending), number_(number), policy_(limits.policy) {
}

void output_queue::remove() noexcept {
    TACTUS_ASSERT(pending_.events == 0);
    gate_.remove();
    is_unswept_ = true;
}

std::optional<due_key> output_queue::next_key() const noexcept {
    const std::uint8_t first = gate_.is_open() ? earliest() : lanes_count;
    if (first == lanes_count) {
        return std::nullopt;
    }
    return gate_.leaving(lanes_[first].top());
}

std::size_t output_queue::sweep(event_store& events, std::size_t most) noexcept {
    std::size_t looks = 0;
    for (lane& each : lanes_) {
        looks += each.sweep(events, most - looks);
    }
    is_unswept_ = looks == most;
    return looks;
}

bool output_queue::release_slice() noexcept {
    return std::any_of(lanes_.begin(), lanes_.end(),
                       [](lane& each) { return each.release_slice(); });
}

} // namespace tactus::flow
