// SPDX-License-Identifier: MIT
// A bounded FIFO between tasks of one thread. A push into a full channel waits: that is the
// back-pressure. Code that must not wait (a callback) uses try_push and counts refused values.
// Values and waiters are both served first come, first served: no taker waits while a value waits,
// and no giver waits while there is room. Therefore a value passes directly to a waiting taker.
//   open --close()--> closed: takers get the remaining values, then nullopt; givers are refused.
// It must outlive its waits (checked). For one thread: the loop's.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <tactus/cpp/task.hpp>
#include <tactus/cpp/waiter.hpp>

namespace tactus {
inline namespace v0_1 {

template <class T>
class channel;

namespace detail {

/// A taker, and the value that was passed to it.
template <class T>
class [[nodiscard]] pop_awaiter : public waiter {
public:
    explicit pop_awaiter(channel<T>& from) noexcept : channel_(from) {}

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        return suspend(handle.promise());
    }
    std::optional<T> await_resume() {
        throw_if_canceled();
        return std::move(value_);
    }

private:
    friend class channel<T>;
    bool suspend(promise_base& promise) noexcept {
        if (is_refused(promise)) {
            return false;
        }
        value_ = channel_.try_pop();
        if (value_.has_value() || channel_.is_closed()) {
            return promise.pause_if_spent();
        }
        wait_in(channel_.takers_, promise);
        return true;
    }

    channel<T>& channel_;
    std::optional<T> value_;
};

/// A giver, its value, and whether it was taken.
template <class T>
class [[nodiscard]] push_awaiter : public waiter {
public:
    push_awaiter(channel<T>& into, T&& value) noexcept : channel_(into), value_(std::move(value)) {}

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        return suspend(handle.promise());
    }
    [[nodiscard]] bool await_resume() const {
        throw_if_canceled();
        return is_taken_;
    }

private:
    friend class channel<T>;
    bool suspend(promise_base& promise) noexcept {
        if (is_refused(promise)) {
            return false;
        }
        is_taken_ = channel_.try_push(std::move(value_));
        if (is_taken_ || channel_.is_closed()) {
            return promise.pause_if_spent();
        }
        wait_in(channel_.givers_, promise);
        return true;
    }

    channel<T>& channel_;
    T value_;
    bool is_taken_ = false;
};

} // namespace detail

/// Threads: loop. Allocates once, at construction.
template <class T>
class channel {
public:
    static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>,
                  "a value handed from task to task moves without throwing");

    /// Bounds: capacity >= 1.
    explicit channel(std::size_t capacity) : ring_(capacity) {
        detail::require(capacity != 0, "a channel has room for one value at least");
    }
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    /// Returns false if it is full or closed; `value` is then unchanged.
    [[nodiscard]] bool try_push(T&& value) noexcept {
        if (is_closed_) {
            return false;
        }
        if (detail::waiter* first = takers_.first()) {
            static_cast<detail::pop_awaiter<T>*>(first)->value_.emplace(std::move(value));
            first->wake();
            return true;
        }
        if (is_full()) {
            return false;
        }
        append(std::move(value));
        return true;
    }
    [[nodiscard]] bool try_push(const T& value) requires std::is_copy_constructible_v<T> {
        return !is_closed_ && (!is_full() || !takers_.is_empty()) && try_push(T(value));
    }

    /// Returns nullopt if it is empty; is_closed() tells whether more may come.
    [[nodiscard]] std::optional<T> try_pop() noexcept {
        if (size_ == 0) {
            return std::nullopt;
        }
        std::optional<T> value(std::move(ring_[first_]));
        ring_[first_].reset();
        first_ = (first_ + 1) % ring_.size();
        --size_;
        admit_giver();
        return value;
    }

    /// Waits for room. Returns false if it is closed, also during the wait; the value is then
    /// dropped. Errors: canceled, and the value is dropped.
    detail::push_awaiter<T> push(T value) noexcept {
        return detail::push_awaiter<T>(*this, std::move(value));
    }

    /// Waits for a value. Returns nullopt if closed and drained. Errors: canceled; none is lost.
    detail::pop_awaiter<T> pop() noexcept { return detail::pop_awaiter<T>(*this); }

    /// Refuses further values and wakes all waiters. Idempotent.
    void close() noexcept {
        is_closed_ = true;
        wake_all(takers_);
        wake_all(givers_);
    }

    std::size_t size() const noexcept { return size_; }
    std::size_t capacity() const noexcept { return ring_.size(); }
    bool is_empty() const noexcept { return size_ == 0; }
    bool is_full() const noexcept { return size_ == ring_.size(); }
    bool is_closed() const noexcept { return is_closed_; }

private:
    friend class detail::pop_awaiter<T>;
    friend class detail::push_awaiter<T>;

    void append(T&& value) noexcept {
        ring_[(first_ + size_) % ring_.size()].emplace(std::move(value));
        ++size_;
    }

    void admit_giver() noexcept {
        if (detail::waiter* first = givers_.first()) {
            auto* giver = static_cast<detail::push_awaiter<T>*>(first);
            append(std::move(giver->value_));
            giver->is_taken_ = true;
            first->wake();
        }
    }

    static void wake_all(detail::waiter_list& waiters) noexcept {
        while (detail::waiter* first = waiters.first()) {
            first->wake();
        }
    }

    std::vector<std::optional<T>> ring_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
    bool is_closed_ = false;
    detail::waiter_list takers_;
    detail::waiter_list givers_;
};

} // namespace v0_1
} // namespace tactus
