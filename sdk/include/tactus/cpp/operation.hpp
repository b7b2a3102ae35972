// SPDX-License-Identifier: MIT
// Awaits an operation of the C ABI (tactus_op, abi.h). The op is inside the awaiter, hence in the
// frame: no allocation, and the frame cannot end before `done` (checked). A stop request of the
// task cancels the op; the task continues when `done` is called, as the contract requires.
//
// Wrap it in a plain function; a lambda with captures must not itself appear in a co_await
// expression:
//   auto sleep_until(std::uint64_t due_ns) {
//       auto start = [this, due_ns](tactus_op* op) noexcept {
//           return timer_->wait_until(host_, op, due_ns);
//       };
//       return op_awaiter(start, cancel_by(host_));
//   }
// Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tactus/abi.h>
#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/check.hpp>
#include <tactus/cpp/error.hpp>
#include <tactus/cpp/task.hpp>

namespace tactus {
inline namespace v0_1 {

/// How an op ended: TACTUS_OK and its result, or a negative status.
struct op_result {
    op_result(tactus_status end_status, std::uint64_t end_result) noexcept
        : status(end_status), result(end_result) {}

    bool is_ok() const noexcept { return status == TACTUS_OK; }
    /// The result. Errors: failure with the text "tried: the status's name".
    std::uint64_t value(std::string_view tried) const {
        if (status != TACTUS_OK) {
            throw failure::of(status, tried);
        }
        return result;
    }

    tactus_status status;
    std::uint64_t result;
};

/// How to cancel an op: `function(context, op)`; nullptr for ops that cannot be canceled. `context`
/// must outlive the wait. The returned status is ignored: `done` is called in any case.
struct op_cancel {
    using cancel_function = tactus_status (*)(void* context, tactus_op* op);

    op_cancel() noexcept = default;
    op_cancel(cancel_function cancel, void* cancel_context) noexcept
        : function(cancel), context(cancel_context) {}

    cancel_function function = nullptr;
    void* context = nullptr;
};

/// A starting call: `tactus_status start(tactus_op*)`, or one that also takes
/// `std::uint64_t* result`, for calls that can finish at once.
template <class Start>
concept op_start = std::is_invocable_r_v<tactus_status, Start&, tactus_op*> ||
    std::is_invocable_r_v<tactus_status, Start&, tactus_op*, std::uint64_t*>;

/// `co_await` returns an op_result. Errors: canceled, for TACTUS_E_CANCELED, and without starting
/// if the stop was requested before; otherwise what `start` throws.
template <op_start Start>
class [[nodiscard]] op_awaiter : private tactus_op {
public:
    /// How many coroutines `done` may resume before it leaves the rest to the queue's owner.
    static constexpr std::size_t done_budget = 64;

    op_awaiter(Start start, op_cancel cancel)
        : tactus_op{}, start_(std::move(start)), cancel_(cancel) {
        done = &op_awaiter::complete;
    }
    op_awaiter(const op_awaiter&) = delete;
    op_awaiter& operator=(const op_awaiter&) = delete;
    ~op_awaiter() { detail::require(!is_pending_, "a frame was destroyed with a pending op"); }

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
        return suspend(handle.promise());
    }
    op_result await_resume() const {
        if (end_.status == TACTUS_E_CANCELED) {
            throw canceled();
        }
        return end_;
    }

private:
    bool suspend(promise_base& promise) {
        if (promise.stop.stop_requested()) {
            return false;
        }
        end_ = op_result(TACTUS_OK, 0);
        end_.status = call_start();
        if (end_.status != TACTUS_PENDING) {
            return promise.pause_if_spent();
        }
        is_pending_ = true;
        promise_ = &promise;
        if (cancel_.function != nullptr) {
            stop_.arm(promise.stop, &op_awaiter::call_cancel, this);
        }
        return true;
    }

    tactus_status call_start() {
        if constexpr (std::is_invocable_v<Start&, tactus_op*, std::uint64_t*>) {
            return start_(this, &end_.result);
        } else {
            return start_(this);
        }
    }

    static void call_cancel(void* self) noexcept {
        auto& op = *static_cast<op_awaiter*>(self);
        op.cancel_.function(op.cancel_.context, &op);
    }

    static void complete(tactus_op* op, tactus_status status, std::uint64_t result) noexcept {
        auto& ended = *static_cast<op_awaiter*>(op);
        detail::require(ended.is_pending_, "done was called for an op that is not pending");
        ended.is_pending_ = false;
        ended.stop_.disarm();
        ended.end_ = op_result(status, result);
        promise_base& promise = *ended.promise_;
        promise.queue->push_and_run(promise, done_budget); // `ended` may be gone after this
    }

    Start start_;
    op_cancel cancel_;
    op_result end_{TACTUS_E_CANCELED, 0};
    promise_base* promise_ = nullptr;
    stop_registration stop_;
    bool is_pending_ = false;
};

} // namespace v0_1
} // namespace tactus
