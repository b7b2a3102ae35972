// SPDX-License-Identifier: MIT
// A manual-reset event: tasks wait until it is set; it stays set until it is reset. One thread
// only; to set it from another thread, post to the loop first. It must outlive its waits (checked).
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>

#include <tactus/cpp/task.hpp>
#include <tactus/cpp/waiter.hpp>

namespace tactus {
inline namespace v0_1 {

class event;

namespace detail {

class [[nodiscard]] event_awaiter : public waiter {
public:
    explicit event_awaiter(event& awaited) noexcept : event_(awaited) {}

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        return suspend(handle.promise());
    }
    void await_resume() const { throw_if_canceled(); }

private:
    inline bool suspend(promise_base& promise) noexcept;

    event& event_;
};

} // namespace detail

/// Threads: loop.
class event {
public:
    event() noexcept = default;

    /// Makes all waiting tasks ready, in the order in which they began to wait.
    void set() noexcept {
        is_set_ = true;
        while (detail::waiter* first = waiters_.first()) {
            first->wake();
        }
    }
    void reset() noexcept { is_set_ = false; }
    bool is_set() const noexcept { return is_set_; }

    /// Waits until it is set; continues at once if it is. A woken task continues even if the event
    /// was reset in between. Errors: canceled.
    detail::event_awaiter wait() noexcept { return detail::event_awaiter(*this); }

private:
    friend class detail::event_awaiter;
    detail::waiter_list waiters_;
    bool is_set_ = false;
};

inline bool detail::event_awaiter::suspend(promise_base& promise) noexcept {
    if (is_refused(promise)) {
        return false;
    }
    if (event_.is_set()) {
        return promise.pause_if_spent();
    }
    wait_in(event_.waiters_, promise);
    return true;
}

} // namespace v0_1
} // namespace tactus
