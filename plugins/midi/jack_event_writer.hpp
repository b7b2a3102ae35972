// SPDX-License-Identifier: MIT
// The output at one JACK port: the worker hands over messages with their due times, and JACK's
// thread writes each into the period and the frame in which it is due; a message that is late goes
// to the first frame. A message handed over later but due earlier overtakes the waiting ones
// (within the rules of jack_moments). libjack itself is in jack_output.cpp. Threads: worker and
// JACK's; each function says whose it is.
#pragma once

#include "jack_cycle.hpp"
#include "jack_ends.hpp"
#include "jack_moments.hpp"
#include "jack_ring.hpp"
#include "tally.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace midi {

/// One period's room at the port.
class jack_room {
public:
    /// The size of the longest message that fits now. Units: bytes.
    virtual std::size_t left() noexcept = 0;
    /// Returns where to write a message for that frame, which is not before that of the last one;
    /// nullptr if the message is not taken.
    virtual std::uint8_t* reserve(std::uint32_t frame, std::size_t size) noexcept = 0;

protected:
    ~jack_room() = default;
};

class jack_event_writer {
public:
    // Once both have passed since the last message, JACK's graph has passed it on.
    static constexpr std::int64_t passing_periods = 3;
    static constexpr std::int64_t passing_ns = 8'000'000;
    // An xrun is reported by a thread that an overloaded machine may run this much later: ends that
    // were written within that time may be lost.
    static constexpr std::int64_t word_ns = 100'000'000;
    // An xrun within this time means that the machine is overloaded now.
    static constexpr std::int64_t overload_ns = 1'000'000'000;
    static constexpr int repeats_max = 8; // in a row: xruns may continue without end

    /// `lateness` receives for each message, on JACK's thread, how long after its due time its
    /// frame begins. Units: ns.
    explicit jack_event_writer(tally lateness = {}) : lateness_(lateness) {
        waiting_.reserve(jack_ring::records_max);
    }

    // The worker's.

    /// Returns false if there is no room at present.
    [[nodiscard]] bool push(std::int64_t due_ns, std::span<const std::uint8_t> message) noexcept {
        return ring_.push(due_ns, message);
    }
    /// Messages pushed before this call that still wait for their frame go out at once, before any
    /// that are pushed later.
    void flush() noexcept { flush_before_.store(ring_.pushed(), std::memory_order_release); }
    /// No more messages are pushed: the waiting ones go out at once. All ends of the last second
    /// are repeated, a little later, if the machine is overloaded or if xruns are not reported.
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
    /// Then repeats the ends that may be lost, unless the note or pedal has begun again.
    [[nodiscard]] std::uint32_t begin(std::uint32_t missed) noexcept;
    void write(const jack_cycle& cycle, jack_room& to) noexcept;
    /// There is no port: pushed messages are discarded.
    void discard() noexcept;

private:
    struct waiting {
        std::uint64_t flushes; // those before it was pushed; 0: it is being sent in parts
        std::int64_t moment_ns;
        std::uint64_t sequence;
        jack_ring::record* what;
        std::size_t written; // bytes of it
        // Later first: the standard heaps have the greatest element on top.
        friend bool operator<(const waiting& a, const waiting& b) noexcept {
            return a.flushes != b.flushes       ? a.flushes > b.flushes
                   : a.moment_ns != b.moment_ns ? a.moment_ns > b.moment_ns
                                                : a.sequence > b.sequence;
        }
    };

    void take_in() noexcept;
    void take_until(std::uint64_t sequence) noexcept;
    std::uint32_t frame_of(const waiting& one, const jack_cycle& cycle) const noexcept;
    bool write_first(std::uint32_t frame, const jack_cycle& cycle, jack_room& to) noexcept;
    waiting pop() noexcept;
    void keep(const waiting& one) noexcept;
    void written(std::span<const std::uint8_t> bytes) noexcept;
    void finish_up(const jack_cycle& cycle, jack_room& to) noexcept;
    void repeat_ends(std::int64_t since_period, jack_room& to) noexcept;

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
    std::vector<waiting> waiting_; // a heap; never longer than its reserved capacity
    jack_moments moments_;
    jack_ends ends_;
    std::uint64_t sequence_ = 0;
    std::uint64_t flushes_ = 1;
    std::uint64_t flushed_before_ = 0;
    std::int64_t period_ = 1'000'000'000; // starts long after period 0
    std::int64_t written_period_ = 0;     // the last in which something was written
    std::int64_t late_period_ = 0;        // the last in which JACK was found to be late
    std::uint32_t written_now_ = 0;       // messages, in the present period
    std::uint32_t written_before_ = 0;    // in the one before
    std::uint32_t xruns_seen_ = 0;
    std::uint32_t last_frame_ = 0; // of the present period
    std::size_t empty_room_ = 0;   // of a period in which nothing was written
    int repeats_ = 0;              // in a row
    bool must_repeat_ = false;
    bool has_said_again_ = false; // all ends were repeated, while closing
    bool is_ending_ = false;      // as is_finishing_ was when this period began
};

} // namespace midi
