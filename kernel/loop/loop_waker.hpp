// SPDX-License-Identifier: MIT
// Lets other threads wake the loop's poll: an eventfd under uv_poll; loop_waker_linux.cpp. Not
// uv_async, whose sender marks the handle as busy around its write: a real-time loop can preempt an
// ordinary thread during that write and then spins until the mark is cleared, which cannot happen
// (0.94 s late, measured). Here the write is the last thing that wake() does.
#pragma once

#include <uv.h>

namespace tactus::loop {

class loop_waker {
public:
    // Aborts if the system gives no eventfd: without it no thread could wake the loop.
    explicit loop_waker(uv_loop_t* uv);
    loop_waker(const loop_waker&) = delete;
    loop_waker& operator=(const loop_waker&) = delete;
    ~loop_waker();

    // Makes the loop's poll return, now or at its next call; several wakes may cause one return. It
    // does not wait or depend on the loop's progress. Threads: any.
    void wake() noexcept;

    // Ends the watch; the loop must turn once more before the object is destroyed. Threads: loop.
    void close() noexcept;

private:
    static void on_readable(uv_poll_t* poll, int status, int events) noexcept;

    uv_poll_t poll_{};
    int fd_ = -1;
};

} // namespace tactus::loop
