// SPDX-License-Identifier: MIT
// The output at one JACK port: the worker hands over messages with their due times, and JACK's
// thread writes each into the period and the frame in which it is due; a message that is late goes
// to the first frame. A message handed over later but due earlier overtakes the waiting ones
// (within the rules of jack_moments). libjack itself is in jack_output.cpp. Threads: worker and
// JACK's; each function says whose it is.
#pragma once

#include "jack_cycle.hpp"
#include "jack_losses.hpp"
#include "jack_ring.hpp"
#include "jack_room.hpp"
#include "jack_waiting.hpp"
#include "tally.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace midi {

class jack_event_writer {
public:
    // JACK's graph has passed the last message on once jack_losses::passing_periods and this time
    // have passed.
    static constexpr std::int64_t passing_ns = 8'000'000;
    // An xrun within this time means that the machine is overloaded now.
    static constexpr std::int64_t overload_ns = 1'000'000'000;

    /// `lateness` receives for each message, on JACK's thread, how long after its due time its
    /// frame begins. Units: ns.
    explicit jack_event_writer(tally lateness = {}) : lateness_(lateness) {}

    // The worker's.

    /// Returns false if there is no room at present.
    [[nodiscard]] bool push(std::int64_t due_ns, std::span<const std::uint8_t> message) noexcept {
        return ring_.push(due_ns, message);
    }
    /// Messages pushed before this call that still wait for their frame go out at once, before any
    /// that are pushed later.
    void flush() noexcept { flush_before_.store(ring_.pushed(), std::memory_order_release); }
    /// No more messages are pushed: the waiting ones go out at once. All ends of the last second,
    /// and of a series of xruns that reaches into it, are repeated, a little later, if the machine
    /// is overloaded or if xruns are not reported.
    void finish(bool are_xruns_told = true) noexcept {
        are_xruns_told_ = are_xruns_told;
        is_finishing_.store(true, std::memory_order_release);
    }
    /// JACK's graph has passed on everything.
    bool is_finished() const noexcept { return is_finished_.load(std::memory_order_acquire); }

    /// JACK reported an xrun. Threads: any.
    void xrun() noexcept { xruns_.fetch_add(1, std::memory_order_relaxed); }

    // JACK's thread's. These functions do not wait or allocate.

    /// Called first in each period with the number of periods missed before it. Returns how many
    /// messages may be lost: those written in the two periods before, if JACK was late with one.
    [[nodiscard]] std::uint32_t begin(std::uint32_t missed) noexcept {
        return losses_.begin(missed, xruns_.load(std::memory_order_relaxed));
    }
    /// Writes the messages that are due in this period, after the ends that may be lost.
    void write(const jack_cycle& cycle, jack_room& to) noexcept;
    /// There is no port: pushed messages are discarded.
    void discard() noexcept;

private:
    std::uint32_t frame_of_first(const jack_cycle& cycle) const noexcept;
    bool write_first(std::uint32_t frame, const jack_cycle& cycle, jack_room& to) noexcept;
    void take_in() noexcept;
    void finish_up(const jack_cycle& cycle, jack_room& to) noexcept;

    jack_ring ring_;
    // How many messages had been pushed at the last flush. Written by the worker, read by JACK's
    // thread. Release, acquire: the reader sees those messages too.
    std::atomic<std::uint64_t> flush_before_{0};
    // Set once by the worker, never reset. Release, acquire: the reader sees all messages and
    // are_xruns_told_ too.
    std::atomic<bool> is_finishing_{false};
    bool are_xruns_told_ = true; // the worker's until is_finishing_
    // Set once by JACK's thread, never reset. Release, acquire: it has finished writing.
    std::atomic<bool> is_finished_{false};
    // Incremented by any reporting thread, read by JACK's thread. Relaxed: no other data depends on
    // it.
    std::atomic<std::uint32_t> xruns_{0};

    // JACK's thread's:
    const tally lateness_;
    jack_waiting waiting_;
    jack_losses losses_;
    std::uint32_t last_frame_ = 0; // of the present period
    std::size_t empty_room_ = 0;   // of a period in which nothing was written
    bool has_said_again_ = false;  // all ends were repeated, while closing
    bool is_ending_ = false;       // as is_finishing_ was when this period began
};

} // namespace midi
