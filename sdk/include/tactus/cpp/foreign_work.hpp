// SPDX-License-Identifier: MIT
// Callables on their way to another thread: work_item runs on the instance's worker and returns the
// result or the exception; posted_item runs on the loop, posted from any thread. Used by context.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#ifdef __GLIBCXX__
#include <cxxabi.h>
#endif

#include <tactus/cpp/check.hpp>
#include <tactus/cpp/task.hpp>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// glibc unwinds a thread that exits or is canceled; no callback of the C ABI lets that pass.
inline constexpr const char* torn_down =
    "a callback's thread was ended under it (pthread_exit, pthread_cancel)";
#ifdef __GLIBCXX__
using forced_unwind = abi::__forced_unwind;
#else
/// libc++ shows such an unwinding to no handler; it ends at `noexcept`, and with it the process.
struct forced_unwind {};
#endif

/// Stored in the frame of the task that waits for it. Written on the worker, read on the loop after
/// `done`; the host's hand-over in between orders the two.
template <class Callable>
class work_item {
public:
    using result_type = std::invoke_result_t<Callable&>;

    explicit work_item(Callable callable) : callable_(std::move(callable)) {}

    /// Threads: work.
    static void run(void* self) noexcept {
        auto& item = *static_cast<work_item*>(self);
        try {
            item.call();
        } catch (forced_unwind&) {
            die(torn_down);
        } catch (...) {
            item.error_ = std::current_exception();
        }
    }

    /// Threads: loop. Errors: those that the callable threw.
    result_type take() {
        if (error_ != nullptr) {
            std::rethrow_exception(std::exchange(error_, nullptr));
        }
        require(value_.has_value(), "the host said that work was done which never ran");
        if constexpr (!std::is_void_v<result_type>) {
            return *std::move(value_);
        }
    }

private:
    static_assert(!std::is_reference_v<result_type>, "work gives values from thread to thread");
    using value_type = std::conditional_t<std::is_void_v<result_type>, std::monostate, result_type>;

    void call() {
        if constexpr (std::is_void_v<result_type>) {
            callable_();
            value_.emplace();
        } else {
            value_.emplace(callable_());
        }
    }

    Callable callable_;
    std::optional<value_type> value_;
    std::exception_ptr error_;
};

/// Owned by the host from post() until it runs. Owner has fail(exception_ptr) and turn().
template <class Owner, class Callable>
class posted_item {
public:
    posted_item(Owner& owner, Callable callable) : owner_(owner), callable_(std::move(callable)) {}

    /// Threads: loop.
    static void run(void* self) noexcept {
        auto* const item = static_cast<posted_item*>(self);
        try {
            item->callable_();
        } catch (forced_unwind&) {
            die(torn_down);
        } catch (...) {
            item->owner_.fail(std::current_exception());
        }
        item->owner_.turn();
        delete item;
    }

private:
    Owner& owner_;
    Callable callable_;
};

} // namespace detail
} // namespace v0_1
} // namespace tactus
