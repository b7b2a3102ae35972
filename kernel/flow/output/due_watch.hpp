// SPDX-License-Identifier: MIT
// Looks at what is due while other work goes on: whoever takes events in says what it has done, in
// steps, and after steps_between_looks of them a look is due. So what one packet holds, and however
// many routes it meets, delays nothing that is timed by more than steps_between_looks and the
// largest piece that is done in one go. What leaves meanwhile leaves in order of (due, arrival), as
// it would at any other time: nothing that is in the queue is passed over. Threads: loop.
//
// A step is about what a table look-up costs: at most 5 ns on the machine of bench/README.md, so
// that a look comes every 10 us there. Counted, not timed: a look at the clock costs 25 ns, and
// tests can count.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/time/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tactus::flow {

class due_watch {
public:
    static constexpr std::size_t steps_between_looks = 2048;
    // What is done in one go, in steps.
    static constexpr std::size_t message_steps = 16;
    static constexpr std::size_t delivery_steps = 24;
    static constexpr std::size_t route_steps = 2; // to find that it takes no such address
    static constexpr std::size_t rule_steps = 16; // to look at its filter, or make something else
    static constexpr std::size_t captures_steps = 512; // what the wildcards took
    // Bytes are copied, and arguments read.
    [[nodiscard]] static constexpr std::size_t copied(std::size_t bytes) noexcept {
        return bytes / 32;
    }
    [[nodiscard]] static constexpr std::size_t parsed(std::size_t bytes) noexcept {
        return bytes / 4;
    }

    // Checked, and taken in later.
    [[nodiscard]] static constexpr std::size_t message(std::size_t bytes) noexcept {
        return message_steps + parsed(bytes);
    }

    // Both must outlive it.
    due_watch(dispatcher& dispatcher, const time::clock& clock) noexcept
        : dispatcher_(dispatcher), clock_(clock) {}

    // Before a batch comes in: what waits.
    void begin() noexcept {
        soonest_ns_ = dispatcher_.next_due_ns();
        done_ = 0;
    }
    // Of an event that the batch has brought: when it has to leave. Those that are to leave at once
    // are not told: they go with their neighbours.
    void expect(std::int64_t leaves_ns) noexcept { soonest_ns_ = std::min(soonest_ns_, leaves_ns); }

    void did(std::size_t steps) noexcept {
        done_ += steps;
        if (done_ >= steps_between_looks) {
            look(false);
        }
    }
    // At most so many may be done in one go now.
    [[nodiscard]] std::size_t left() const noexcept { return steps_between_looks - done_; }
    // Now, and answers the time. Events that are to leave at once leave where anything is due, or
    // where `must` says so.
    std::int64_t look(bool must) noexcept;

    // The most that was done between two looks, since the beginning: for tests and benches.
    [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

private:
    dispatcher& dispatcher_;
    const time::clock& clock_;
    std::int64_t soonest_ns_ = dispatcher::never_ns;
    std::size_t done_ = 0;
    std::size_t longest_ = 0;
};

} // namespace tactus::flow
