// SPDX-License-Identifier: MIT
// Measures the wall clock anew whenever it is set; therefore an idle daemon notices a step, too. It
// costs nothing until then. A seam: a port to another system is another file beside
// wall_clock_watch_linux.cpp. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/time/timebase.hpp"

namespace tactus::daemon {

class wall_clock_watch {
public:
    // Aborts if the system gives no timer, as the loop does. Both must outlive it.
    wall_clock_watch(coro::reactor& reactor, time::timebase& timebase);
    wall_clock_watch(const wall_clock_watch&) = delete;
    wall_clock_watch& operator=(const wall_clock_watch&) = delete;
    ~wall_clock_watch();

    // Also before the loop turns.
    void start() noexcept;
    void stop() noexcept;

private:
    void await_set() noexcept;
    void was_set() noexcept;

    coro::reactor& reactor_;
    time::timebase& timebase_;
    coro::fd_watch watch_;
    coro::deferred measuring_;
};

} // namespace tactus::daemon
