// SPDX-License-Identifier: MIT
// What a worker's owner and its thread share, and the thread's functions: takes events out of the
// ring, holds them sorted by due, waits, and sends. Only for worker.cpp and worker_state.cpp.
#pragma once

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/base/record_ring.hpp"
#include "kernel/base/semaphore.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/notes/note_ends.hpp"
#include "kernel/host/watchdog/thread_call.hpp"
#include "kernel/host/worker/held_events.hpp"
#include "kernel/host/worker/thread.hpp"
#include "kernel/host/worker/worker.hpp"
#include "kernel/host/worker/worker_signals.hpp"
#include "kernel/time/adaptive_lead.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace tactus::host {

// In front of an event's bytes in the ring.
struct handed_event {
    tactus_event event{};
    flow::receipt receipt{};
};

// Shared by the owner and the thread; lives until both have released it.
struct worker_state {
    worker_state(coro::reactor& its_reactor, std::string its_name, const worker::destination& to)
        : reactor(its_reactor), name(std::move(its_name)), output(to.output), plugin(to.plugin),
          ring(worker::ring_bytes), completions(completions_bytes),
          lateness(base::lateness_bounds_ns), send_duration(base::lateness_bounds_ns),
          priority(to.spin_budget > 0 ? priority_below() : 0), lead(to.spin_budget) {}

    void run();
    void run_work();
    void take_in();
    void hold(const base::record_view& record);
    void obey_flush();
    void send_due();
    void pass_real_time();
    [[nodiscard]] const held_events::entry* first_real_time() const noexcept;
    [[nodiscard]] bool is_first_due();
    [[nodiscard]] bool may_send() const noexcept { return !room.is_full() && end.may_send(); }
    [[nodiscard]] bool send(const held_event& next);
    [[nodiscard]] bool send_end_of(const held_event& begun_anew);
    // Returns nothing if there is no room. Bounds: after end.abandon the result means nothing.
    [[nodiscard]] std::optional<flow::finish> send_one(const tactus_event& event);
    void tell(const flow::completion& told);
    void finish(const flow::receipt& unsent, flow::finish how) { tell({unsent.number, how}); }
    void rest();
    void follow_room(bool is_full) noexcept;

    // The thread is in a call into the plugin, from here to the end of the block.
    class in_call {
    public:
        in_call(worker_state& of, const char* callback) noexcept;
        in_call(const in_call&) = delete;
        in_call& operator=(const in_call&) = delete;
        ~in_call();

    private:
        worker_state& of_;
        thread_call here_;
    };

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
    std::atomic<const char*> busy_in{nullptr}; // static text; of the running call, or of the last
    // Since when the plugin has taken nothing that is due, or 0. Likewise.
    std::atomic<std::int64_t> full_since_ns{0};
    send_times times;
    flush_signal flushes;
    room_signal room;
    end_signal end;
    work_queue work;
    failure_reasons reasons;

    const int priority; // real-time; 0: an ordinary thread

    // Only used by the thread.
    held_events held{worker::unfinished_max};
    std::string reason;         // for the event that the last send could not send
    std::uint64_t sequence = 0; // of the next event out of the ring
    flow::note_ends ends;       // of what was sent
    time::adaptive_lead lead;
};

} // namespace tactus::host
