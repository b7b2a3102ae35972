// SPDX-License-Identifier: MIT
// The loop: one thread, one uv_loop_t, and the order of work in a turn:
//     due events -> timers -> posted -> deferred -> coroutines (bounded) -> tidy up
//     -> arm the deadline -> poll
// The turn runs before and after every poll. The only folder that includes <uv.h>; others see
// coro::reactor. Due times are served by an absolute timerfd: uv_timer has a grain of 1 ms and may
// fire early. Nothing is armed when nothing is due, so an idle daemon makes no wake-up at all.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/base/result.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/loop/deadline_timer.hpp"
#include "kernel/loop/deferred_list.hpp"
#include "kernel/loop/job_pool.hpp"
#include "kernel/loop/loop_waker.hpp"
#include "kernel/loop/post_queue.hpp"
#include "kernel/loop/timer_heap.hpp"
#include "kernel/loop/turn_hooks.hpp"
#include "kernel/time/suspend_watch.hpp"

#include <uv.h>

#include <cstdint>
#include <limits>
#include <memory>

namespace tactus::loop {

// The work that runs first in every turn: the dispatcher of the flow.
class due_work {
public:
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    due_work() = default;
    due_work(const due_work&) = delete;
    due_work& operator=(const due_work&) = delete;
    virtual ~due_work() = default;

    // Sends what is due at now_ns. Threads: loop.
    virtual void run_due(std::int64_t now_ns) noexcept = 0;
    // When to be called next; never_ns: not at all.
    [[nodiscard]] virtual std::int64_t next_due_ns() const noexcept = 0;
    // How long the machine was suspended since the last turn; clock.now_ns() stood still.
    virtual void slept(std::int64_t /*for_ns*/) noexcept {}
    // The loop slept until awaited_ns and reads the clock now: for adaptive wake-ups.
    virtual void woke(std::int64_t /*awaited_ns*/, std::int64_t /*now_ns*/) noexcept {}
    // Cleans up in slices; returns true if more is left.
    virtual bool tidy() noexcept = 0;
};

class loop final : public coro::reactor {
public:
    // At most this many coroutines are resumed in a turn; due work is checked after each.
    static constexpr std::size_t resumes_a_turn_max = 128;
    // The most descriptors the loop itself uses: libuv's epoll, eventfd and two pipes (one is made
    // once in a process), our timerfd and eventfd.
    static constexpr std::size_t descriptors = 8;

    // The clock must outlive the loop. It is the real clock: this loop sleeps in the system's time.
    // Errors: throws std::system_error if the system does not give that many descriptors.
    explicit loop(const time::clock& clock);
    ~loop() override; // closes and drains; on the thread that ran it

    // To be called before run; must outlive it.
    void set_due_work(due_work* work) noexcept { due_work_ = work; }

    // Turns until stop. Threads: the calling thread is "loop" from now on.
    void run();
    // Threads: loop.
    void stop() noexcept;

    // To be called before the first job. Errors: limit (no thread available). Threads: loop.
    [[nodiscard]] result<void> begin_jobs() { return jobs_.begin(); }

    [[nodiscard]] uv_loop_t* uv() noexcept { return &uv_; }

    struct statistics {
        std::uint64_t iterations = 0;
        std::uint64_t idle_ns = 0;
        base::histogram::snapshot lag; // how late the loop handled a deadline it had armed
        std::uint64_t suspends = 0;    // of the machine
    };
    [[nodiscard]] statistics read_statistics() const noexcept;

    // coro::reactor
    [[nodiscard]] const time::clock& clock() const noexcept override { return clock_; }
    [[nodiscard]] tactus::ready_queue& ready() noexcept override { return ready_; }
    void arm(coro::timer& node, std::int64_t due_ns) noexcept override;
    void disarm(coro::timer& node) noexcept override;
    [[nodiscard]] bool watch(coro::fd_watch& node, std::uint32_t events) noexcept override;
    void unwatch(coro::fd_watch& node) noexcept override;
    void defer(coro::deferred& node) noexcept override;
    void start(coro::job& node) noexcept override;
    void post(void (*fn)(void*) noexcept, void* arg) override;

private:
    void turn() noexcept;
    void run_due() noexcept;
    bool run_ready() noexcept;
    void arm_deadline() noexcept;
    void close_handles() noexcept;

    const time::clock& clock_;
    time::suspend_watch suspends_;
    uv_loop_t uv_{};
    std::unique_ptr<turn_hooks> hooks_;
    std::unique_ptr<deadline_timer> deadline_;
    std::unique_ptr<loop_waker> waker_;
    timer_heap timers_;
    tactus::ready_queue ready_;
    due_work* due_work_ = nullptr;
    post_queue posted_;
    deferred_list deferred_;
    base::histogram lag_;
    std::int64_t awaited_ns_ = due_work::never_ns; // what the deadline timer was armed for
    std::int64_t looked_at_ns_ = 0;                // the clock at the last check of what is due
    std::uint64_t suspends_seen_ = 0;
    bool is_turning_ = false;
    job_pool jobs_{*this}; // last: its threads post
};

} // namespace tactus::loop
