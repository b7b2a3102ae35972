// SPDX-License-Identifier: MIT
// The state that every coroutine of this layer carries: its continuation, where it is resumed, when
// to stop, and what it waits for. Awaitables take it from `handle.promise()`, keep a pointer while
// they wait, and end the wait by `queue->push(promise)`; they never resume a coroutine themselves.
// A promise lives as long as its frame. Frames come from frame_pool.
#pragma once

#include <coroutine>
#include <cstddef>

#include <tactus/cpp/frame_pool.hpp>
#include <tactus/cpp/stop_token.hpp>

namespace tactus {
inline namespace v0_1 {

class ready_queue;

/// A source location. As a default argument it is the caller's location:
/// `auto wait(source_site site = source_site())`. (clang 14 has no std::source_location.)
struct source_site {
    explicit constexpr source_site(const char* in_file = __builtin_FILE(),
                                   int on_line = __builtin_LINE()) noexcept
        : file(in_file), line(on_line) {}

    const char* file;
    int line;
};

/// The base of all promises. Threads: loop.
struct promise_base {
    std::coroutine_handle<> self;         ///< the coroutine of this promise
    promise_base* continuation = nullptr; ///< the coroutine that awaits it; nullptr at the root
    ready_queue* queue = nullptr;         ///< where it is resumed; set when it is started
    stop_token stop;                      ///< what its waits obey
    const char* name = nullptr;           ///< a function's or the given name, static text
    const char* awaiting = nullptr;       ///< its current leaf wait, static text; nullptr: none
    source_site awaiting_at{nullptr, 0};  ///< source location of that wait

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
    /// Called at the end: leaves the list of live tasks and returns what to resume next.
    std::coroutine_handle<> finish() noexcept;

    /// For awaitables that suspend: what `tactus tasks` shows until the coroutine is ready again.
    void waits_for(const char* what, source_site site) noexcept {
        awaiting = what;
        awaiting_at = site;
    }
    /// For awaitables that are done without a wait: counts one step. Returns true if the coroutine
    /// has used up its turn and was put at the end of the queue; await_suspend must then return
    /// true.
    bool pause_if_spent() noexcept;

    /// The nearest listed task that waits for this one; nullptr at the root.
    const promise_base* parent() const noexcept;
    bool is_ready() const noexcept { return is_queued_; }

private:
    friend class ready_queue;
    template <class T>
    friend class task;
    promise_base* next_ready_ = nullptr;
    promise_base* previous_live_ = nullptr;
    promise_base* next_live_ = nullptr;
    bool is_queued_ = false;
    bool is_live_ = false;
    bool has_own_stop_ = false;
};

} // namespace v0_1
} // namespace tactus
