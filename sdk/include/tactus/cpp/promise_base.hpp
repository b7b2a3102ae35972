// SPDX-License-Identifier: MIT
// The state that every coroutine of this layer carries: its continuation, where it is resumed, and
// when to stop. Awaitables take it from `handle.promise()`, keep a pointer while
// they wait, and end the wait by `queue->push(promise)`; they never resume a coroutine themselves.
// A promise lives as long as its frame. Frames come from frame_pool.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <coroutine>
#include <cstddef>

#include <tactus/cpp/frame_pool.hpp>
#include <tactus/cpp/stop_token.hpp>

namespace tactus {
inline namespace v0_1 {

class ready_queue;

/// The base of all promises. Threads: loop.
struct promise_base {
    std::coroutine_handle<> self;         ///< the coroutine of this promise
    promise_base* continuation = nullptr; ///< the coroutine that awaits it; nullptr at the root
    ready_queue* queue = nullptr;         ///< where it is resumed; set when it is started
    stop_token stop;                      ///< what its waits obey

    promise_base() noexcept = default;
    promise_base(const promise_base&) = delete;
    promise_base& operator=(const promise_base&) = delete;
    ~promise_base();

    static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept {
        frame_pool::release(frame, bytes);
    }

    /// Makes this a child of `parent`: same queue, and same stop unless it was given its own.
    void start_under(promise_base& parent) noexcept;
    /// Called at the end: it is live no more. Returns what to resume next.
    std::coroutine_handle<> finish() noexcept;

    /// For awaitables that are done without a wait: counts one step. Returns true if the coroutine
    /// has used up its turn and was put at the end of the queue; await_suspend must then return
    /// true.
    bool pause_if_spent() noexcept;

private:
    friend class ready_queue;
    template <class T>
    friend class task;
    promise_base* next_ready_ = nullptr;
    bool is_queued_ = false;
    bool is_live_ = false;
    bool has_own_stop_ = false;
};

} // namespace v0_1
} // namespace tactus
