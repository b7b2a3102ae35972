// SPDX-License-Identifier: MIT
// What other threads wake the loop's poll with: an eventfd under uv_poll; loop_waker_linux.cpp. Not
// uv_async, whose sender marks the handle as busy around its write: a real-time loop takes the
// processor away from an ordinary thread in that very write, and then spins until the mark is gone,
// which it cannot be (0.94 s late, measured). Here the write is the last thing that wake() does.
#pragma once

#include <uv.h>

namespace tactus::loop {

class loop_waker {
public:
    // Aborts where the system gives no eventfd: without it no thread could be heard.
    explicit loop_waker(uv_loop_t* uv);
    loop_waker(const loop_waker&) = delete;
    loop_waker& operator=(const loop_waker&) = delete;
    ~loop_waker();

    // The loop's poll returns, now or at its next call; several wakes may be one return. It does
    // not wait, nor depend on the loop going on. Threads: any.
    void wake() noexcept;

    // Ends the watch; the loop must turn once more before the object goes. Threads: loop.
    void close() noexcept;

private:
    static void on_readable(uv_poll_t* poll, int status, int events) noexcept;

    uv_poll_t poll_{};
    int fd_ = -1;
};

} // namespace tactus::loop
