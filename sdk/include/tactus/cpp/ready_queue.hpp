// SPDX-License-Identifier: MIT
// The FIFO of coroutines that can continue, and the number of live tasks. It is not a loop: its
// owner (the kernel's loop, a plugin's instance, a test) drives it by run(budget) and is notified
// by `on_wake` when there is work. One coroutine is resumed at a time, never inside another. Each
// resume is a turn of `turn_steps` steps: starting a task, ending one, and every wait that is done
// at once. Then the coroutine goes to the end of the queue. Therefore no chain of ready awaits
// starves the loop, and none overflows the stack where the compiler makes no tail calls (-O0, -O1,
// sanitizers). Everything here: Threads: loop. Allocates nothing.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>

#include <tactus/cpp/check.hpp>
#include <tactus/cpp/promise_base.hpp>

namespace tactus {
inline namespace v0_1 {

class ready_queue {
public:
    /// 128 awaits of tasks that complete at once, each there and back.
    static constexpr std::size_t transfer_budget = 128;
    static constexpr std::size_t turn_steps = 2 * transfer_budget;

    using wake_hook = void (*)(void* context) noexcept;

    /// `on_wake(context)` is called when a push finds the queue empty while it is not running: the
    /// owner must arrange that run() is called later. The hook must not call run() itself.
    explicit ready_queue(wake_hook on_wake = nullptr, void* context = nullptr) noexcept
        : on_wake_(on_wake), context_(context) {}
    ready_queue(const ready_queue&) = delete;
    ready_queue& operator=(const ready_queue&) = delete;
    /// All tasks must have ended; their frames point here.
    ~ready_queue() {
        detail::require(first_ == nullptr, "a ready_queue ended with coroutines in it");
        detail::require(live_tasks_ == 0, "a ready_queue ended before its tasks");
    }

    /// Calls the hook; for owners that stop while run() reports that work is left.
    void wake() noexcept {
        if (on_wake_ != nullptr) {
            on_wake_(context_);
        }
    }

    /// Puts a suspended coroutine at the end. It must not be in a queue already.
    void push(promise_base& promise) noexcept {
        const bool was_idle = first_ == nullptr && !is_running_;
        append(promise);
        if (was_idle) {
            wake();
        }
    }

    /// For completions that come from the loop itself: pushes, and runs at once if that is allowed.
    /// Calls the hook only if work is left.
    void push_and_run(promise_base& promise, std::size_t budget) noexcept {
        append(promise);
        if (!is_running_ && run(budget)) {
            wake();
        }
    }

    /// Resumes at most `budget` coroutines. Returns true if work is left; the caller then arranges
    /// the next turn. Does nothing if called inside itself.
    bool run(std::size_t budget) noexcept {
        if (is_running_) {
            return first_ != nullptr;
        }
        is_running_ = true;
        while (budget != 0 && first_ != nullptr) {
            --budget;
            resume_first();
        }
        is_running_ = false;
        return first_ != nullptr;
    }

    /// Resumes one coroutine. Returns false if there was none, or inside a running one.
    bool run_one() noexcept {
        if (is_running_ || first_ == nullptr) {
            return false;
        }
        run(1);
        return true;
    }

    /// For await_suspend: the coroutine to transfer to now, or a no-op one if the turn is used up
    /// and `promise` was put at the end of the queue instead.
    std::coroutine_handle<> transfer_to(promise_base& promise) noexcept {
        if (!is_spent()) {
            return promise.self;
        }
        push(promise);
        return std::noop_coroutine();
    }

    bool is_empty() const noexcept { return first_ == nullptr; }
    bool is_running() const noexcept { return is_running_; }
    /// Started tasks that have not ended.
    std::size_t live_tasks() const noexcept { return live_tasks_; }

private:
    friend struct promise_base;

    void append(promise_base& promise) noexcept;
    void resume_first() noexcept;
    void remove(promise_base& promise) noexcept;
    bool is_spent() noexcept { return ++steps_ >= turn_steps; }

    promise_base* first_ = nullptr;
    promise_base* last_ = nullptr;
    std::size_t live_tasks_ = 0;
    std::size_t steps_ = 0; // of the current turn
    bool is_running_ = false;
    wake_hook on_wake_;
    void* context_;
};

inline void ready_queue::append(promise_base& promise) noexcept {
    detail::require(!promise.is_queued_, "a coroutine was made ready twice");
    promise.is_queued_ = true;
    promise.next_ready_ = nullptr;
    (last_ != nullptr ? last_->next_ready_ : first_) = &promise;
    last_ = &promise;
}

inline void ready_queue::resume_first() noexcept {
    promise_base& promise = *first_;
    first_ = promise.next_ready_; // before resume(), which may end the frame
    if (first_ == nullptr) {
        last_ = nullptr;
    }
    promise.is_queued_ = false;
    steps_ = 0;
    promise.self.resume();
}

// Only when a frame is destroyed while it is ready, at the final teardown; hence linear.
inline void ready_queue::remove(promise_base& promise) noexcept {
    promise_base* previous = nullptr;
    for (promise_base* at = first_; at != &promise; at = at->next_ready_) {
        previous = at;
    }
    (previous != nullptr ? previous->next_ready_ : first_) = promise.next_ready_;
    if (last_ == &promise) {
        last_ = previous;
    }
    promise.is_queued_ = false;
}

inline promise_base::~promise_base() {
    if (is_queued_) {
        queue->remove(*this);
    }
    if (is_live_) {
        --queue->live_tasks_;
    }
}

inline void promise_base::start_under(promise_base& parent) noexcept {
    continuation = &parent;
    queue = parent.queue;
    if (!has_own_stop_) {
        stop = parent.stop;
    }
    is_live_ = true;
    ++queue->live_tasks_;
}

inline std::coroutine_handle<> promise_base::finish() noexcept {
    is_live_ = false;
    --queue->live_tasks_;
    return queue->transfer_to(*continuation);
}

inline bool promise_base::pause_if_spent() noexcept {
    if (!queue->is_spent()) {
        return false;
    }
    queue->push(*this);
    return true;
}

} // namespace v0_1
} // namespace tactus
