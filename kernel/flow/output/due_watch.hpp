// SPDX-License-Identifier: MIT
// Checks what is due while other work is running: code that takes events in reports its work in
// steps, and every steps_between_looks of them a check is due. One packet, whatever it contains and
// however many routes it meets, therefore delays timed events by at most steps_between_looks and
// the largest indivisible piece of work. Events sent meanwhile leave in order of (due, arrival), as
// at any other time: nothing in the queue is passed over. Threads: loop.
//
// A step costs about as much as a table look-up: at most 5 ns on the machine of bench/README.md,
// which gives a check every 10 us there. Counted, not timed: reading the clock costs 25 ns, and
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
    // Costs of indivisible work, in steps.
    static constexpr std::size_t message_steps = 16;
    static constexpr std::size_t delivery_steps = 24;
    static constexpr std::size_t route_steps = 2; // to find that it does not take the address
    static constexpr std::size_t rule_steps = 16; // to check its filter, or make something else
    static constexpr std::size_t captures_steps = 512; // what the wildcards took
    // Copying bytes, and reading arguments.
    [[nodiscard]] static constexpr std::size_t copied(std::size_t bytes) noexcept {
        return bytes / 32;
    }
    [[nodiscard]] static constexpr std::size_t parsed(std::size_t bytes) noexcept {
        return bytes / 4;
    }

    // Checking, with processing later.
    [[nodiscard]] static constexpr std::size_t message(std::size_t bytes) noexcept {
        return message_steps + parsed(bytes);
    }

    // Both must outlive it.
    due_watch(dispatcher& dispatcher, const time::clock& clock) noexcept
        : dispatcher_(dispatcher), clock_(clock) {}

    // Before a batch comes in: records when waiting events are due.
    void begin() noexcept {
        soonest_ns_ = dispatcher_.next_due_ns();
        done_ = 0;
    }
    // The batch has brought an event that must leave at this time. Not called for events that leave
    // at once: they are sent with their neighbours.
    void expect(std::int64_t leaves_ns) noexcept { soonest_ns_ = std::min(soonest_ns_, leaves_ns); }

    void did(std::size_t steps) noexcept {
        done_ += steps;
        if (done_ >= steps_between_looks) {
            look(false);
        }
    }
    // Steps that may still be done before the next check.
    [[nodiscard]] std::size_t left() const noexcept { return steps_between_looks - done_; }
    // Checks now, and returns the time. Events that are to leave at once leave if anything is due,
    // or if `must` is set.
    std::int64_t look(bool must) noexcept;

    // The most work done between two checks, since the beginning: for tests and benches.
    [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

private:
    dispatcher& dispatcher_;
    const time::clock& clock_;
    std::int64_t soonest_ns_ = dispatcher::never_ns;
    std::size_t done_ = 0;
    std::size_t longest_ = 0;
};

} // namespace tactus::flow
