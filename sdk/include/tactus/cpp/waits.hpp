// SPDX-License-Identifier: MIT
// Awaiters over the host's operations that return nothing or throw, instead of returning an
// op_result. Made by context and its parts; an author sees only their results.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>
#include <cstdint>
#include <utility>

#include <tactus/cpp/operation.hpp>
#include <tactus/cpp/stop_token.hpp>
#include <tactus/tactus.h>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// How this layer cancels: host->cancel, with the host as context; nullptr for an empty object,
/// which starts nothing that could be cancelled.
inline op_cancel cancel_by(const tactus_host* host) noexcept {
    return op_cancel(
        [](void* context, tactus_op* op) {
            const auto* canceler = static_cast<const tactus_host*>(context);
            return canceler->cancel(canceler, op);
        },
        const_cast<tactus_host*>(host)); // never written through
}

/// `co_await` returns nothing. Errors: canceled, failure.
template <op_start Start>
class [[nodiscard]] plain_wait : public op_awaiter<Start> {
public:
    plain_wait(const tactus_host& host, Start start, const char* what)
        : op_awaiter<Start>(std::move(start), cancel_by(&host)), what_(what) {}

    void await_resume() const {
        const op_result ended = op_awaiter<Start>::await_resume();
        ended.value(what_);
    }

private:
    const char* what_;
};

// The starting calls. Each has a constructor: GCC 12 destroys aggregate temporaries twice.
struct start_timer {
    start_timer(const tactus_host& on, const tactus_timer_0& by, std::int64_t at_ns) noexcept
        : host(&on), table(&by), due_ns(at_ns) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->wait_until(host, op, due_ns);
    }
    const tactus_host* host;
    const tactus_timer_0* table;
    std::int64_t due_ns;
};

struct start_fd {
    start_fd(const tactus_host& on, const tactus_fd_0& by, int waited_fd,
             std::uint32_t fd_events) noexcept
        : host(&on), table(&by), fd(waited_fd), events(fd_events) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->wait(host, op, fd, events);
    }
    const tactus_host* host;
    const tactus_fd_0* table;
    std::int32_t fd;
    std::uint32_t events;
};

struct start_emit_room {
    start_emit_room(const tactus_host& on, const tactus_emit_0& by) noexcept
        : host(&on), table(&by) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->wait_writable(host, op);
    }
    const tactus_host* host;
    const tactus_emit_0* table;
};

struct start_work {
    using function = void (*)(void* item) TACTUS_NOEXCEPT;
    start_work(const tactus_host& on, const tactus_exec_0& by, function call, void* of) noexcept
        : host(&on), table(&by), run(call), item(of) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->work(host, op, run, item);
    }
    const tactus_host* host;
    const tactus_exec_0* table;
    function run;
    void* item;
};

/// Waits for a stop request and resumes without exception: for work that must be done at the end.
class [[nodiscard]] stop_wait {
public:
    explicit stop_wait(stop_token awaited) noexcept : token_(awaited) {}
    stop_wait(const stop_wait&) = delete;
    stop_wait& operator=(const stop_wait&) = delete;

    bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        promise_base& promise = handle.promise();
        if (token_.stop_requested()) {
            return promise.pause_if_spent();
        }
        promise_ = &promise;
        stop_.arm(token_, &stop_wait::wake, this);
        return true;
    }
    void await_resume() const noexcept {}

private:
    static void wake(void* self) noexcept {
        promise_base& promise = *static_cast<stop_wait*>(self)->promise_;
        promise.queue->push(promise);
    }

    stop_token token_;
    promise_base* promise_ = nullptr;
    stop_registration stop_;
};

} // namespace detail
} // namespace v0_1
} // namespace tactus
