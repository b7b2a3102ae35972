// SPDX-License-Identifier: MIT
// What a worker's owner and its thread share, and the thread's functions: takes events out of the
// ring, holds them sorted by due, waits, and sends. Only for worker.cpp and worker_state.cpp.
#pragma once

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/base/priority_mutex.hpp"
#include "kernel/base/record_ring.hpp"
#include "kernel/base/semaphore.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/note_ends.hpp"
#include "kernel/host/thread.hpp"
#include "kernel/host/worker.hpp"
#include "kernel/time/adaptive_lead.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tactus::host {

struct work_item {
    void (*fn)(void*) noexcept = nullptr;
    void* arg = nullptr;
    void (*done)(void*) noexcept = nullptr;
    void* done_arg = nullptr;
};

// In front of an event's bytes in the ring.
struct handed_event {
    tactus_event event{};
    flow::receipt receipt{};
};

// An event that the thread holds until it is due.
struct held_event {
    tactus_event event{};
    flow::receipt receipt{};
    std::vector<std::uint8_t> bytes; // keeps its memory when the slot is reused
};

struct due_order {
    std::int64_t due_ns;
    std::uint64_t sequence;
    std::size_t place;
    // Later first, because the standard's heaps have the greatest on top.
    friend bool operator<(const due_order& a, const due_order& b) noexcept {
        return a.due_ns != b.due_ns ? a.due_ns > b.due_ns : a.sequence > b.sequence;
    }
};

// Shared by the owner and the thread; lives until both have released it.
struct worker_state {
    worker_state(coro::reactor& its_reactor, std::string its_name, const worker::destination& to)
        : reactor(its_reactor), name(std::move(its_name)), output(to.output), plugin(to.plugin),
          ring(worker::ring_bytes), completions(completions_bytes),
          lateness(base::lateness_bounds_ns), send_duration(base::lateness_bounds_ns),
          priority(to.spin_budget > 0 ? priority_below() : 0), lead(to.spin_budget) {}

    void run();
    void run_work(std::unique_lock<base::priority_mutex>& lock);
    void take_in();
    void obey_flush();
    [[nodiscard]] bool is_forgotten(const tactus_event& event, std::uint64_t its_sequence) const;
    void finish(const flow::receipt& of, flow::finish how, bool is_end_before = false);
    [[nodiscard]] bool may_send_at_all() const noexcept;
    void hold(const base::record_view& record);
    void send_due();
    void pass_real_time();
    [[nodiscard]] const due_order* first_real_time() const noexcept;
    // When the plugin is to receive what is due then.
    [[nodiscard]] std::int64_t given_ns(std::int64_t due_ns) const noexcept {
        return due_ns - ahead_ns.load(std::memory_order_relaxed) -
               lookahead_ns.load(std::memory_order_relaxed);
    }
    [[nodiscard]] bool is_paused() const noexcept;
    [[nodiscard]] bool is_first_due();
    [[nodiscard]] bool may_send() const noexcept;
    [[nodiscard]] bool send(held_event& held);
    [[nodiscard]] bool send_end_of(const held_event& begun_anew);
    // Returns nothing if there is no room. Bounds: after is_abandoned the result means nothing.
    [[nodiscard]] std::optional<flow::finish> send_one(const tactus_event& event);
    void rest();

    // Room for two completions of each unfinished event, 16 bytes each.
    static constexpr std::size_t completions_bytes = std::size_t{1} << 17;
    static_assert(2 * worker::unfinished_max * 16 < completions_bytes);

    coro::reactor& reactor;
    const std::string name;
    const tactus_output_0* const output;
    tactus_plugin* const plugin;
    base::record_ring ring;        // loop -> thread
    base::record_ring completions; // thread -> loop
    base::semaphore wake;

    // Written by the thread, read by the loop; independent of other data: relaxed.
    base::histogram lateness;
    base::histogram send_duration;
    // Start of the running call, or 0. Written by the thread, read by the loop: relaxed.
    std::atomic<std::int64_t> busy_since_ns{0};
    // See worker::set_ahead_ns. Written by the loop, read by the thread; each is independent, and a
    // wake-up follows: relaxed.
    std::atomic<std::int64_t> ahead_ns{0};
    std::atomic<std::int64_t> lookahead_ns{0};
    // How many events had been handed over at the last flush, and at the last one that keeps
    // nothing; then the number of flushes, which is written last. Written by the loop, read by the
    // thread. Release and acquire: events handed over later are seen later.
    std::atomic<std::uint64_t> flush_before{0};
    std::atomic<std::uint64_t> drop_before{0};
    std::atomic<std::uint64_t> flushes{0};
    // How often the plugin has called writable. Written by any thread, read by the thread before
    // and after a send: a call that arrives while send returns TACTUS_E_AGAIN is not lost.
    // Acquire-release: what the plugin prepared before is seen by the next send.
    std::atomic<std::uint64_t> writables{0};
    // false -> true by the loop (stop, abandoned) or by the thread (ended); never back. Release by
    // the writer and acquire by the reader: has_ended must not be seen before the thread's last
    // writes.
    std::atomic<bool> must_stop{false};
    std::atomic<bool> is_abandoned{false};
    std::atomic<bool> has_ended{false};

    base::priority_mutex mutex; // guards work
    std::deque<work_item> work;

    const int priority; // real-time; 0: an ordinary thread

    // Only used by the thread.
    std::vector<held_event> held{worker::held_max};
    std::vector<std::size_t> free_places;
    std::vector<due_order> order;
    std::uint64_t sequence = 0;       // of the next event out of the ring
    std::uint64_t flushed_before = 0; // earlier events are dropped, except critical ones
    std::uint64_t dropped_before = 0; // earlier events are dropped
    std::uint64_t flushes_done = 0;
    flow::note_ends ends;             // of what was sent
    bool is_full = false;             // send returned TACTUS_E_AGAIN
    std::uint64_t full_writables = 0; // writables before that
    time::adaptive_lead lead;
};

} // namespace tactus::host
