// SPDX-License-Identifier: MIT
// scope: the owner of tasks that run beside their creator. No task is left behind: a scope must be
// empty when it ends. Therefore its owner joins it, or learns from the on_empty hook that all tasks
// have ended. The first child to fail stops its siblings; join() rethrows that failure once all
// have ended. A child that ends with `canceled` after its stop was requested has not failed.
// If code between spawn and join may throw, use with_scope(), which joins in every case.
// Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/ready_queue.hpp>
#include <tactus/cpp/stop_token.hpp>
#include <tactus/cpp/task.hpp>
#include <tactus/cpp/yield.hpp>

namespace tactus {
inline namespace v0_1 {

class scope;

namespace detail {

/// The frame around a spawned task: it passes the outcome to the scope, then frees itself.
class scope_child {
public:
    struct promise_type : promise_base {
        scope_child get_return_object() noexcept {
            self = std::coroutine_handle<promise_type>::from_promise(*this);
            return scope_child(*this);
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { std::terminate(); }
    };

    explicit scope_child(promise_base& promise) noexcept : promise_(&promise) {}
    promise_base& promise() const noexcept { return *promise_; }

private:
    promise_base* promise_;
};

class [[nodiscard]] join_awaiter {
public:
    explicit join_awaiter(scope& joined) noexcept : scope_(joined) {}
    join_awaiter(const join_awaiter&) = delete;
    join_awaiter& operator=(const join_awaiter&) = delete;
    inline ~join_awaiter();

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        return suspend(handle.promise());
    }
    inline void await_resume();

private:
    inline bool suspend(promise_base& promise) noexcept;

    scope& scope_;
    bool is_waiting_ = false;
    stop_registration stop_;
};

} // namespace detail

class scope {
public:
    using empty_hook = void (*)(void* context) noexcept;

    /// `queue`, which must outlive the scope, resumes the children. `parent` stops them too.
    explicit scope(ready_queue& queue, stop_token parent = stop_token()) noexcept
        : queue_(queue), stop_(parent) {}
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope() { detail::require(count_ == 0, "a scope ended before its tasks; join it first"); }

    /// Takes the child and makes it ready; it starts in a later turn of the queue, even after a
    /// stop request, which it then meets at its first wait. `name` is static text for
    /// failed_name(), or nullptr. Errors: std::bad_alloc, and the child is not started.
    void spawn(const char* name, task<void> child);

    /// Waits until all children have ended. If the waiting task is asked to stop, it asks the
    /// children to stop and still waits. One waiter at a time. Errors: the first failure, which is
    /// thrown once.
    detail::join_awaiter join() noexcept { return detail::join_awaiter(*this); }

    /// Asks all children to stop, later ones too. Returns false if that was requested before.
    bool request_stop() noexcept { return stop_.request_stop(); }
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    stop_token stop() noexcept { return stop_.token(); }

    std::size_t size() const noexcept { return count_; }
    bool is_empty() const noexcept { return count_ == 0; }
    /// The first failure, until join() has rethrown it.
    std::exception_ptr error() const noexcept { return error_; }
    /// The name under which the failed child was spawned, perhaps nullptr.
    const char* failed_name() const noexcept { return failed_name_; }

    /// Called each time the last child has ended, inside the queue's run. The hook may spawn tasks
    /// or destroy the scope, but not the queue.
    void set_on_empty(empty_hook on_empty, void* context) noexcept {
        on_empty_ = on_empty;
        context_ = context;
    }

private:
    friend class detail::join_awaiter;

    static detail::scope_child run(scope* owner, const char* name, task<void> child);
    void end_child(const char* name, std::exception_ptr error) noexcept;

    ready_queue& queue_;
    stop_source stop_;
    std::size_t count_ = 0;
    std::exception_ptr error_;
    const char* failed_name_ = nullptr;
    promise_base* joiner_ = nullptr;
    empty_hook on_empty_ = nullptr;
    void* context_ = nullptr;
};

inline void scope::spawn(const char* name, task<void> child) {
    if (!child.has_own_stop()) {
        child.set_stop(stop_.token());
    }
    const detail::scope_child started = run(this, name, std::move(child));
    started.promise().queue = &queue_;
    ++count_;
    queue_.push(started.promise());
}

inline detail::scope_child scope::run(scope* owner, const char* name, task<void> child) {
    const stop_token stop = child.stop();
    std::exception_ptr error;
    try {
        co_await std::move(child);
    } catch (const canceled&) {
        if (!stop.stop_requested()) {
            error = std::current_exception(); // no stop was requested
        }
    } catch (...) {
        error = std::current_exception();
    }
    owner->end_child(name, std::move(error));
}

inline void scope::end_child(const char* name, std::exception_ptr error) noexcept {
    if (error != nullptr && error_ == nullptr) {
        error_ = std::move(error);
        failed_name_ = name;
        request_stop();
    }
    if (--count_ != 0) {
        return;
    }
    if (joiner_ != nullptr) {
        queue_.push(*std::exchange(joiner_, nullptr));
    }
    if (on_empty_ != nullptr) {
        on_empty_(context_); // last: it may destroy the scope
    }
}

namespace detail {

inline bool join_awaiter::suspend(promise_base& promise) noexcept {
    if (scope_.is_empty()) {
        return promise.pause_if_spent();
    }
    require(scope_.joiner_ == nullptr, "a scope was joined by two tasks at a time");
    scope_.joiner_ = &promise;
    is_waiting_ = true;
    stop_.arm(
        promise.stop, [](void* joined) noexcept { static_cast<scope*>(joined)->request_stop(); },
        &scope_);
    return true;
}

inline void join_awaiter::await_resume() {
    is_waiting_ = false;
    stop_.disarm();
    if (scope_.error_ != nullptr) {
        std::rethrow_exception(std::exchange(scope_.error_, nullptr));
    }
}

inline join_awaiter::~join_awaiter() {
    if (is_waiting_) { // only if a suspended frame is destroyed
        scope_.joiner_ = nullptr;
    }
}

} // namespace detail

/// Runs `body(scope&)`, a task<void>, then waits for all that it spawned, in every case. A body
/// that throws stops them; once they have ended, its exception is rethrown in preference to theirs.
/// Owns: `body`, until all have ended; a body with captures is therefore safe here, once it has a
/// name and is moved in.
template <class Body>
task<void> with_scope(Body body) {
    const auto here = co_await this_task();
    scope children(here.queue(), here.stop());
    std::exception_ptr error;
    try {
        co_await body(children);
    } catch (...) {
        error = std::current_exception();
        children.request_stop();
    }
    try {
        co_await children.join();
    } catch (...) {
        if (error == nullptr) {
            error = std::current_exception();
        }
    }
    if (error != nullptr) {
        std::rethrow_exception(std::move(error));
    }
}

} // namespace v0_1
} // namespace tactus
