// SPDX-License-Identifier: MIT
// auto text = co_await run_in_background(reactor, work): runs a callable on a thread that may block
// and resumes with its result on the loop thread. For work that would hold the loop up: serialising
// a scrape, looking a name up. Not for timed work: a hop costs 20-110 us.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <tactus/cpp/task.hpp>

#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace tactus::coro {
namespace detail {

// The job, its callable and its outcome, in the awaiting frame. The wait cannot be cancelled: the
// other thread uses this memory, so the frame stays until the work has ended.
template <class Work>
class [[nodiscard]] background_awaiter {
public:
    using value_type = std::invoke_result_t<Work&>;
    static_assert(!std::is_void_v<value_type> && std::movable<value_type>,
                  "work in the background answers a value");

    background_awaiter(reactor& reactor, Work& work) noexcept : reactor_(reactor), work_(work) {}
    background_awaiter(const background_awaiter&) = delete;
    background_awaiter& operator=(const background_awaiter&) = delete;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <tactus_promise Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        promise_ = &handle.promise();
        job_.owner = this;
        job_.work = [](job& node) noexcept { self(node).run(); };
        job_.done = [](job& node) noexcept { self(node).resume(); };
        reactor_.start(job_);
    }
    value_type await_resume() {
        if (error_ != nullptr) {
            std::rethrow_exception(std::exchange(error_, nullptr));
        }
        return std::move(*value_);
    }

private:
    static background_awaiter& self(job& node) noexcept {
        return *static_cast<background_awaiter*>(node.owner);
    }
    void run() noexcept {
        try {
            value_.emplace(std::invoke(work_));
        } catch (...) {
            error_ = std::current_exception();
        }
    }
    void resume() noexcept { promise_->queue->push(*promise_); }

    reactor& reactor_;
    Work& work_;
    job job_;
    promise_base* promise_ = nullptr;
    std::optional<value_type> value_;
    std::exception_ptr error_;
};

} // namespace detail

// Owns: `work`, until it has ended; name a callable that captures and move it in. A stop request
// does not end the wait; the caller sees it at its next one. Errors: what the work throws.
template <class Work>
tactus::task<std::invoke_result_t<Work&>> run_in_background(reactor& reactor, Work work) {
    detail::background_awaiter<Work> running(reactor, work);
    std::invoke_result_t<Work&> value = co_await running;
    co_return std::move(value);
}

} // namespace tactus::coro
