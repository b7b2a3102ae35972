// SPDX-License-Identifier: MIT
// task<T>: a coroutine that starts when it is awaited and passes its result, or its exception, to
// the awaiting coroutine. Lazy, move-only, awaited at most once:
// `T value = co_await std::move(work);`. It inherits its parent's ready queue and stop token. There
// is no detached task: a task that must run beside its creator is spawned into a scope (scope.hpp).
// Parameters of a coroutine are taken by value, or outlive it. No capturing lambda coroutines. The
// awaiter owns the frame from the await on: the frame ends with the co_await expression.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

#include <tactus/cpp/check.hpp>
#include <tactus/cpp/promise_base.hpp>
#include <tactus/cpp/ready_queue.hpp>

namespace tactus {
inline namespace v0_1 {

template <class T = void>
class task;

/// The promises that the awaitables of this layer work with.
template <class Promise>
concept tactus_promise = std::derived_from<Promise, promise_base>;

namespace detail {

struct final_awaiter {
    final_awaiter() noexcept {} // user-declared: GCC 12 destroys aggregate awaiters twice
    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
        return ended.promise().finish();
    }
    void await_resume() const noexcept {}
};

/// How a task of T stores its result until it is awaited: values as they are, references as
/// pointers.
template <class T>
struct stored {
    using type = T;
};
template <class T>
struct stored<T&> {
    using type = T*;
};
template <>
struct stored<void> {
    using type = std::monostate;
};

/// nothing yet | the value | the exception
template <class T>
class task_outcome : public promise_base {
public:
    void unhandled_exception() noexcept { outcome_.template emplace<2>(std::current_exception()); }

    T take() {
        if (outcome_.index() == 2) {
            std::rethrow_exception(std::move(std::get<2>(outcome_)));
        }
        require(outcome_.index() == 1, "a task was asked for its result before it ended");
        if constexpr (std::is_reference_v<T>) {
            return *std::get<1>(outcome_);
        } else if constexpr (!std::is_void_v<T>) {
            return std::move(std::get<1>(outcome_));
        }
    }

protected:
    using value_type = typename stored<T>::type;
    static_assert(alignof(value_type) <= alignof(std::max_align_t),
                  "GCC 12 and clang 14 do not align coroutine frames beyond 16 bytes");

    std::variant<std::monostate, value_type, std::exception_ptr> outcome_;
};

template <class T>
class task_promise final : public task_outcome<T> {
public:
    task<T> get_return_object() noexcept;
    std::suspend_always initial_suspend() const noexcept { return {}; }
    final_awaiter final_suspend() const noexcept { return {}; }

    template <std::convertible_to<T> Value = T>
    void return_value(Value&& value) {
        this->outcome_.template emplace<1>(std::forward<Value>(value));
    }
};

template <class T>
class task_promise<T&> final : public task_outcome<T&> {
public:
    task<T&> get_return_object() noexcept;
    std::suspend_always initial_suspend() const noexcept { return {}; }
    final_awaiter final_suspend() const noexcept { return {}; }
    void return_value(T& value) noexcept { this->outcome_.template emplace<1>(&value); }
};

template <>
class task_promise<void> final : public task_outcome<void> {
public:
    inline task<void> get_return_object() noexcept;
    std::suspend_always initial_suspend() const noexcept { return {}; }
    final_awaiter final_suspend() const noexcept { return {}; }
    void return_void() noexcept { outcome_.template emplace<1>(); }
};

/// Starts the task in place of the awaiting coroutine and owns its frame.
template <class T>
class [[nodiscard]] task_awaiter {
public:
    explicit task_awaiter(std::coroutine_handle<task_promise<T>> frame) noexcept : frame_(frame) {
        require(frame_ != nullptr, "an empty or already awaited task was awaited");
    }
    task_awaiter(const task_awaiter&) = delete;
    task_awaiter& operator=(const task_awaiter&) = delete;
    ~task_awaiter() { frame_.destroy(); }

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) noexcept {
        task_promise<T>& child = frame_.promise();
        child.start_under(parent.promise());
        return child.queue->transfer_to(child);
    }
    T await_resume() { return frame_.promise().take(); }

private:
    std::coroutine_handle<task_promise<T>> frame_;
};

} // namespace detail

/// Owns: the coroutine's frame, until it is awaited. Destroying a task that was never awaited
/// destroys the parameters and runs nothing. Threads: loop.
template <class T>
class [[nodiscard]] task {
public:
    using promise_type = detail::task_promise<T>;
    using value_type = T;

    task() noexcept = default;
    explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
    task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    task& operator=(task&& other) noexcept {
        task(std::move(other)).swap(*this);
        return *this;
    }
    ~task() {
        if (frame_ != nullptr) {
            frame_.destroy();
        }
    }

    void swap(task& other) noexcept { std::swap(frame_, other.frame_); }
    explicit operator bool() const noexcept { return frame_ != nullptr; }

    /// Runs it as a child of the awaiting coroutine. Errors: those of the task.
    detail::task_awaiter<T> operator co_await() && noexcept {
        return detail::task_awaiter<T>(std::exchange(frame_, nullptr));
    }

    /// Makes it obey this token instead of its parent's; an empty one makes it immune to stops.
    void set_stop(stop_token token) noexcept {
        promise().stop = token;
        promise().has_own_stop_ = true;
    }
    bool has_own_stop() const noexcept { return promise().has_own_stop_; }
    stop_token stop() const noexcept { return promise().stop; }

private:
    promise_base& promise() const noexcept {
        detail::require(frame_ != nullptr, "an empty task was used");
        return frame_.promise();
    }

    std::coroutine_handle<promise_type> frame_;
};

/// Makes the task immune to stop requests: for messages that must still be sent at the end
/// (note-offs, goodbyes). The caller must bound it in another way.
template <class T>
task<T> shield(task<T> work) noexcept {
    work.set_stop(stop_token());
    return work;
}

namespace detail {

template <class Task, class Promise>
Task make_task(Promise& promise) noexcept {
    const auto frame = std::coroutine_handle<Promise>::from_promise(promise);
    promise.self = frame;
    return Task(frame);
}

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
    return make_task<task<T>>(*this);
}

template <class T>
task<T&> task_promise<T&>::get_return_object() noexcept {
    return make_task<task<T&>>(*this);
}

inline task<void> task_promise<void>::get_return_object() noexcept {
    return make_task<task<void>>(*this);
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
