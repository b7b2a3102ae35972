// SPDX-License-Identifier: MIT
// Observes the events: what inputs gave, and what became of it at the outputs. For `tactus tap` and
// the live view of `tactus run --show`. The outcome of many events at once (a cancel, an eviction)
// is not shown one by one; the ledgers count it. Most of the time nobody observes; the cost is then
// one comparison for each event. Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/event_cell.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::flow {

inline constexpr std::uint16_t no_output = 0xFFFF;

// The first three are of an input, the others of an output.
enum class observed : std::uint8_t { received, rejected, unrouted, sent, dropped };

// Views are valid during the call.
struct observed_event {
    observed what = observed::sent;
    std::uint8_t reason = 0;          // why it was not sent: a `rejected`, `unrouted` or `dropped`
    std::uint16_t input = no_input;   // no_input: the kernel's own, its note-offs mostly
    std::uint16_t output = no_output; // of what was sent or dropped
    std::uint16_t route = unknown_route; // id: by which it got there, if known
    std::uint16_t protocol = 0;          // TACTUS_PROTO_*
    std::uint16_t flags = 0;             // TACTUS_EVENT_*
    std::int64_t came_ns = 0;            // 0: not known
    std::int64_t due_ns = 0;             // whatever lead the output asked for; 0: not known
    std::int64_t at_ns = 0;              // when it was sent, handed to a worker, or dropped; 0: now
    std::span<const std::uint8_t> bytes{}; // empty: not known any more
    std::string_view detail{}; // why, as the output's plugin says; empty: it says nothing
};

class event_observer {
public:
    event_observer() = default;
    event_observer(const event_observer&) = delete;
    event_observer& operator=(const event_observer&) = delete;
    virtual ~event_observer() = default;

    // On the hot path: must not block, nor call back into the flow.
    virtual void saw(const observed_event& what) noexcept = 0;
};

class event_observers {
public:
    static constexpr std::ptrdiff_t observers_max = 4; // asserted

    void add(event_observer& one) noexcept {
        TACTUS_ASSERT(size_ < observers_max);
        all_[static_cast<std::size_t>(size_++)] = &one;
    }
    // Bounds: it was added.
    void remove(event_observer& one) noexcept {
        const auto end = std::remove(all_.begin(), all_.begin() + size_, &one);
        TACTUS_ASSERT(end + 1 == all_.begin() + size_);
        --size_;
    }
    [[nodiscard]] bool is_empty() const noexcept { return size_ == 0; }
    void tell(const observed_event& what) const noexcept {
        for (std::ptrdiff_t i = 0; i < size_; ++i) {
            all_[static_cast<std::size_t>(i)]->saw(what);
        }
    }

private:
    std::array<event_observer*, observers_max> all_{};
    std::ptrdiff_t size_ = 0;
};

} // namespace tactus::flow
