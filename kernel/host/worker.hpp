// SPDX-License-Identifier: MIT
// The thread of an instance that may block: it does the instance's blocking work, and for an output
// it waits for due by itself and sends, so that the hop from the loop is hidden. Whatever happens
// in here costs this instance only. Events come through a ring, copied, a little ahead of due. What
// the thread touches belongs to a state that it shares with its owner, so that a thread which never
// comes back can be left behind.
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
    // Events that the thread holds, sorted by due, besides those in the ring.
    static constexpr std::size_t held_max = 1024;
    // Events that were handed over and whose completion was not taken yet. Each has one or two.
    static constexpr std::size_t unfinished_max = 4000;

    // What it sends to, and how.
    struct destination {
        const tactus_output_0* output = nullptr; // nullptr: it only does work
        tactus_plugin* plugin = nullptr;
        // Share of one processor to wait awake with; 0 = none. With one, and made by a real-time
        // thread, the worker's is real-time too, one below it.
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

    // Copies the event; false: no room now. What becomes of it is told by a completion with the
    // receipt's number. Threads: loop.
    [[nodiscard]] bool hand_over(const tactus_event& event,
                                 const flow::receipt& receipt = {}) noexcept;

    // What was handed over before and has not been sent is forgotten, but for what is kept; then
    // the plugin's flush is called, before anything else is sent. Threads: loop.
    void flush(flow::keep kept) noexcept;

    // How long before due events are to leave, and how long before that the plugin wants to be
    // given them (tactus_output_0::lookahead_ns). Threads: loop.
    void set_ahead_ns(std::int64_t ahead_ns, std::int64_t lookahead_ns = 0) noexcept;
    // The plugin takes events again after TACTUS_E_AGAIN. Threads: any.
    void writable() noexcept;

    // The next of what became of events, in the order in which it happened; false: there is nothing
    // new. Threads: loop.
    [[nodiscard]] bool next_completion(flow::completion& into) noexcept;
    // Written by the thread. Threads: any.
    [[nodiscard]] const base::histogram& lateness() const noexcept;
    [[nodiscard]] const base::histogram& send_duration() const noexcept;
    // Since when one call into the plugin has been running; 0 = none is. Threads: any.
    [[nodiscard]] std::int64_t busy_since_ns() const noexcept;

    // Asks the thread to end once it has done the work it has. It sends nothing more: the plugin
    // has said its last word. Threads: loop.
    void request_stop() noexcept;
    [[nodiscard]] bool has_ended() const noexcept;
    // Blocks until the thread has ended; after has_ended it does not.
    void join();
    // Leaves the thread behind, at the lowest priority; it ends if its call ever comes back. The
    // answer expires when it has, once this object is gone too. Threads: loop.
    std::weak_ptr<const void> abandon() noexcept;

private:
    std::shared_ptr<worker_state> state_;
    std::uint64_t handed_over_ = 0;
    std::size_t unfinished_ = 0;
    std::thread thread_;
};

} // namespace tactus::host
