// SPDX-License-Identifier: MIT
// The thread of an instance that may block: it does the instance's blocking work. For an output it
// also waits for due and sends, which hides the hop from the loop. Faults in it affect this
// instance only. Events come through a ring, copied, a little ahead of due. The objects that the
// thread uses belong to a state shared with its owner; therefore a thread that never returns can be
// left behind.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/flow/output/sink.hpp"

#include <tactus/event.h>
#include <tactus/iface/output.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace tactus::host {

struct worker_state;

class worker {
public:
    static constexpr std::size_t ring_bytes = std::size_t{1} << 18;
    // Events handed over whose completion was not taken yet. Each has one or two completions. Only
    // MIDI real-time messages, which pass what waits for room, find room in the last part of it.
    static constexpr std::size_t unfinished_max = 4000;
    static constexpr std::size_t real_time_room = 128;
    // As many if the plugin is behind: all events except real-time messages and the ends of notes
    // then wait in the output's queue, whose limits hold, and where they can be too late.
    static constexpr std::size_t unfinished_behind_max = 128;
    // It is behind if it has no room, or if its call takes longer, or its last event left later.
    static constexpr std::int64_t behind_ns = 50'000'000;

    // The output that it sends to, and how it sends.
    struct destination {
        const tactus_output_0* output = nullptr; // nullptr: the worker only does work
        tactus_plugin* plugin = nullptr;
        // Share of one processor to spend spinning; 0 = none. If it is set and a real-time thread
        // creates the worker, the worker's thread is real-time too, one priority below.
        double spin_budget = 0;
    };

    // Starts the thread. The reactor and its clock must outlive the worker; the plugin too, unless
    // the worker is abandoned.
    worker(coro::reactor& reactor, const std::string& name, const destination& to);
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker(); // joined or abandoned before

    // Runs fn(arg), then done(done_arg) on the loop. In order. Threads: loop.
    void submit(void (*fn)(void*) noexcept, void* arg, void (*done)(void*) noexcept,
                void* done_arg);

    // Copies the event; returns false if there is no room for it now. A completion with the
    // receipt's number reports the outcome. Threads: loop.
    [[nodiscard]] bool hand_over(const tactus_event& event,
                                 const flow::receipt& receipt = {}) noexcept;

    // Drops what was handed over and not yet sent, except what is kept; then calls the plugin's
    // flush, before anything else is sent. Threads: loop.
    void flush(flow::keep kept) noexcept;

    // How long before due events are to leave, and how long before that the plugin wants to receive
    // them (tactus_output_0::lookahead_ns). Threads: loop.
    void set_ahead_ns(std::int64_t ahead_ns, std::int64_t lookahead_ns = 0) noexcept;
    // The plugin takes events again after TACTUS_E_AGAIN. Threads: any.
    void writable() noexcept;

    // The next completion, in the order in which they happened; returns false if there is no new
    // one. Threads: loop.
    [[nodiscard]] bool next_completion(flow::completion& into) noexcept;
    // The reason that the plugin gave for that event, which failed; empty if it gave none, or if
    // there were too many since. Threads: loop.
    [[nodiscard]] std::string take_reason(std::uint32_t receipt);
    // Written by the thread. Threads: any.
    [[nodiscard]] const base::histogram& lateness() const noexcept;
    [[nodiscard]] const base::histogram& send_duration() const noexcept;
    // Since when a call into the plugin has been running; 0 = none. Threads: any.
    [[nodiscard]] std::int64_t busy_since_ns() const noexcept;
    // The name of that call, or of the last one; nullptr: there was none. Threads: any.
    [[nodiscard]] const char* busy_in() const noexcept;
    // Since when the plugin has answered that it has no room; 0: it has some. Threads: any.
    [[nodiscard]] std::int64_t full_since_ns() const noexcept;

    // Asks the thread to end once its work is done. It sends nothing more: the plugin has already
    // sent its last events. Threads: loop.
    void request_stop() noexcept;
    [[nodiscard]] bool has_ended() const noexcept;
    // Blocks until the thread has ended; after has_ended it does not.
    void join();
    // Leaves the thread behind, at the lowest priority; it ends if its call ever returns. The
    // returned pointer expires when it has ended and this object is gone too. Threads: loop.
    std::weak_ptr<const void> abandon() noexcept;

private:
    [[nodiscard]] std::size_t unfinished_max_for(const tactus_event& event) const noexcept;
    [[nodiscard]] bool is_behind() const noexcept;

    std::shared_ptr<worker_state> state_;
    std::uint64_t handed_over_ = 0;
    std::size_t unfinished_ = 0;
    std::int64_t last_late_ns_ = 0; // of the last completion of an event that was sent
    std::thread thread_;
};

} // namespace tactus::host
