// SPDX-License-Identifier: MIT
#include "jack_ring.hpp"

#include <algorithm>

namespace midi {

bool jack_ring::push(std::int64_t due_ns, std::span<const std::uint8_t> bytes) noexcept {
    const std::uint64_t cells = cells_for(bytes.size());
    std::uint64_t to = written_.load(std::memory_order_relaxed);
    const std::uint64_t gap = rest_from(to) < cells ? rest_from(to) : 0;
    const std::uint64_t used = to - free_.load(std::memory_order_acquire);
    if (used + gap + cells > cells_max ||
        pushed_ - released_.load(std::memory_order_acquire) == records_max) {
        return false;
    }
    if (gap > 0) {
        at(to).is = record::state::gap;
        to += gap;
    }
    record& made = at(to);
    made = {due_ns, static_cast<std::uint32_t>(bytes.size()), record::state::waiting};
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(&made + 1));
    ++pushed_;
    written_.store(to + cells, std::memory_order_release);
    return true;
}

jack_ring::record* jack_ring::take() noexcept {
    if (taken_ == written_.load(std::memory_order_acquire)) {
        return nullptr;
    }
    if (at(taken_).is == record::state::gap) { // a record follows it
        taken_ += rest_from(taken_);
    }
    record& next = at(taken_);
    taken_ += cells_for(next.size);
    return &next;
}

void jack_ring::release(record& one) noexcept {
    one.is = record::state::done;
    std::uint64_t first = free_.load(std::memory_order_relaxed);
    std::uint64_t released = released_.load(std::memory_order_relaxed);
    while (first != taken_ && at(first).is != record::state::waiting) {
        const bool is_gap = at(first).is == record::state::gap;
        first += is_gap ? rest_from(first) : cells_for(at(first).size);
        released += is_gap ? 0 : 1;
    }
    free_.store(first, std::memory_order_release);
    released_.store(released, std::memory_order_release);
}

} // namespace midi
