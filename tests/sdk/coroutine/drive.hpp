// SPDX-License-Identifier: MIT
// What the coroutine tests share: turning a queue until nothing is ready, running one task to its
// end, a type that counts its living objects, and asking whether a call ends the process.
#pragma once

#include <csignal>
#include <cstdio>
#include <string>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include <tactus/cpp/coroutine.hpp>

#include "tests/support/catch.hpp"

namespace tactus::test {

/// Turns the queue until nothing is ready.
inline void settle(ready_queue& queue) {
    while (queue.run(16)) {
    }
}

template <class T>
task<void> keep(task<T> work, T* out) {
    T value = co_await std::move(work);
    *out = std::move(value);
}

/// Runs `work` alone until it has ended; rethrows what it threw.
inline void drive(ready_queue& queue, task<void> work) {
    scope root(queue);
    root.spawn(nullptr, std::move(work));
    settle(queue);
    REQUIRE(root.is_empty());
    if (root.error() != nullptr) {
        std::rethrow_exception(root.error());
    }
}

template <class T>
T drive(ready_queue& queue, task<T> work) {
    T out{};
    drive(queue, keep(std::move(work), &out));
    return out;
}

/// A root task whose frame, and with it all that it awaits, can be destroyed while suspended, as at
/// the final teardown. The children of a scope cannot; they are asked to stop.
class owned_root {
public:
    owned_root(ready_queue& queue, task<void> work) : frame_(run(std::move(work))) {
        frame_.promise().queue = &queue;
        queue.push(frame_.promise());
    }
    owned_root(const owned_root&) = delete;
    owned_root& operator=(const owned_root&) = delete;
    ~owned_root() { frame_.destroy(); }
    bool is_done() const { return frame_.done(); }

private:
    struct frame_type {
        struct promise_type : promise_base {
            frame_type get_return_object() {
                self = std::coroutine_handle<promise_type>::from_promise(*this);
                return frame_type(std::coroutine_handle<promise_type>::from_promise(*this));
            }
            std::suspend_always initial_suspend() const noexcept { return {}; }
            std::suspend_always final_suspend() const noexcept { return {}; }
            void return_void() const noexcept {}
            void unhandled_exception() const noexcept { std::terminate(); }
        };
        explicit frame_type(std::coroutine_handle<promise_type> of) : handle(of) {}
        std::coroutine_handle<promise_type> handle;
    };
    static frame_type run_frame(task<void> work) { co_await std::move(work); }
    static std::coroutine_handle<frame_type::promise_type> run(task<void> work) {
        return run_frame(std::move(work)).handle;
    }

    std::coroutine_handle<frame_type::promise_type> frame_;
};

/// Counts how many of it live; `alive` is 0 after a test that leaks nothing and frees nothing
/// twice.
struct counted {
    static inline int alive = 0;
    static inline int made = 0;

    explicit counted(int content = 0) noexcept : value(content) { count(); }
    counted(const counted& other) noexcept : value(other.value) { count(); }
    counted(counted&& other) noexcept : value(std::exchange(other.value, -1)) { count(); }
    counted& operator=(const counted&) noexcept = default;
    counted& operator=(counted&& other) noexcept {
        value = std::exchange(other.value, -1);
        return *this;
    }
    ~counted() { --alive; }

    static void reset() noexcept { alive = made = 0; }

    int value;

private:
    static void count() noexcept {
        ++alive;
        ++made;
    }
};

/// Runs `call` in a child process; the text on its stderr where it aborted, "" where it did not.
template <class Call>
std::string abort_text(Call call) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    std::fflush(nullptr);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL); // Catch's handler would report it as a failure
        call();
        _exit(0);
    }
    close(ends[1]);
    std::string text;
    char chunk[256];
    for (ssize_t count; (count = read(ends[0], chunk, sizeof chunk)) > 0;) {
        text.append(chunk, static_cast<std::size_t>(count));
    }
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text : std::string();
}

} // namespace tactus::test
