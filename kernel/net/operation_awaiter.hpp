// SPDX-License-Identifier: MIT
// Awaits an operation of this folder in a task of the kernel, as tactus::op_awaiter does in a
// plugin's. The difference: `done` only makes the task ready, so the loop checks for due events
// before it continues. The op is inside the awaiter, hence in the frame. A stop request of the task
// cancels the op; the task continues when `done` is called. Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/net/operations.hpp"

#include <tactus/cpp/operation.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace tactus::net {

// `start(operation&)` begins it on `subject`: TACTUS_PENDING, or the status with which it ended at
// once. `subject.abort(operation&)` takes it back. `co_await` returns a tactus::op_result. Errors:
// canceled.
template <class Subject, class Start>
class [[nodiscard]] operation_awaiter : private tactus_op {
    static_assert(std::is_nothrow_invocable_r_v<tactus_status, Start&, operation&>);

public:
    operation_awaiter(operations& list, Subject& subject, Start start) noexcept
        : tactus_op{}, list_(list), subject_(subject), start_(std::move(start)) {
        done = &operation_awaiter::complete;
    }
    operation_awaiter(const operation_awaiter&) = delete;
    operation_awaiter& operator=(const operation_awaiter&) = delete;
    ~operation_awaiter() { TACTUS_ASSERT(promise_ == nullptr); } // the op would be pending

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
        return suspend(handle.promise());
    }
    [[nodiscard]] tactus::op_result await_resume() const {
        if (end_.status == TACTUS_E_CANCELED) {
            throw tactus::canceled();
        }
        return end_;
    }

private:
    bool suspend(tactus::promise_base& promise) {
        if (promise.stop.stop_requested()) {
            return false;
        }
        end_.status = begin();
        if (end_.status != TACTUS_PENDING) {
            return promise.pause_if_spent();
        }
        promise_ = &promise;
        stop_.arm(promise.stop, &operation_awaiter::cancel, this);
        return true;
    }

    tactus_status begin() {
        operation* const begun = list_.begin(this, [](operation& waiting) noexcept {
            static_cast<Subject*>(waiting.subject)->abort(waiting);
            return true;
        });
        if (begun == nullptr) {
            return list_.refusal();
        }
        begun->subject = &subject_;
        const tactus_status status = start_(*begun);
        if (status != TACTUS_PENDING) {
            list_.forget(*begun);
        }
        return status;
    }

    static void cancel(void* self) noexcept {
        auto& pending = *static_cast<operation_awaiter*>(self);
        pending.list_.cancel(&pending);
    }

    static void complete(tactus_op* op, tactus_status status, std::uint64_t result) noexcept {
        auto& ended = *static_cast<operation_awaiter*>(op);
        ended.stop_.disarm();
        ended.end_ = tactus::op_result(status, result);
        tactus::promise_base& promise = *std::exchange(ended.promise_, nullptr);
        promise.queue->push(promise);
    }

    operations& list_;
    Subject& subject_;
    Start start_;
    tactus::op_result end_{TACTUS_E_CANCELED, 0};
    tactus::promise_base* promise_ = nullptr; // while it is pending
    tactus::stop_registration stop_;
};

} // namespace tactus::net
