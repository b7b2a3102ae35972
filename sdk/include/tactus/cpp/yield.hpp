// SPDX-License-Identifier: MIT
// A task's access to its own scheduling: `co_await yield()` lets all other ready coroutines run
// first; `auto here = co_await this_task();` returns its ready queue and its stop token. Threads:
// loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/ready_queue.hpp>
#include <tactus/cpp/task.hpp>

namespace tactus {
inline namespace v0_1 {

namespace detail {

class [[nodiscard]] yield_awaiter {
public:
    yield_awaiter() noexcept {}
    yield_awaiter(const yield_awaiter&) = delete;
    yield_awaiter& operator=(const yield_awaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        stop_ = handle.promise().stop;
        handle.promise().queue->push(handle.promise());
    }
    void await_resume() const {
        if (stop_.stop_requested()) {
            throw canceled();
        }
    }

private:
    stop_token stop_;
};

} // namespace detail

/// Moves to the end of the ready queue. Errors: canceled, if a stop is requested by then.
inline detail::yield_awaiter yield() noexcept {
    return detail::yield_awaiter();
}

/// The queue and stop token of the running task, for scopes and hand-written awaitables.
class task_surroundings {
public:
    explicit task_surroundings(const promise_base& promise) noexcept
        : queue_(promise.queue), stop_(promise.stop) {}

    ready_queue& queue() const noexcept { return *queue_; }
    stop_token stop() const noexcept { return stop_; }

private:
    ready_queue* queue_;
    stop_token stop_;
};

namespace detail {

class [[nodiscard]] this_task_awaiter {
public:
    this_task_awaiter() noexcept {}
    this_task_awaiter(const this_task_awaiter&) = delete;
    this_task_awaiter& operator=(const this_task_awaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        promise_ = &handle.promise();
        return false;
    }
    task_surroundings await_resume() const noexcept { return task_surroundings(*promise_); }

private:
    const promise_base* promise_ = nullptr;
};

} // namespace detail

/// Never suspends.
inline detail::this_task_awaiter this_task() noexcept {
    return detail::this_task_awaiter();
}

} // namespace v0_1
} // namespace tactus
