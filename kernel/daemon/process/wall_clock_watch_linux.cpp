// SPDX-License-Identifier: MIT
// A timer of CLOCK_REALTIME that never fires and that Linux cancels when the clock is set, also by
// a suspend. Source: timerfd_create(2), TFD_TIMER_CANCEL_ON_SET.
#include "kernel/daemon/process/wall_clock_watch.hpp"

#include "kernel/base/assert.hpp"

#include <tactus/abi.h>
#include <tactus/iface/fd.h>

#include <cerrno>
#include <limits>
#include <sys/timerfd.h>
#include <unistd.h>

namespace tactus::daemon {

wall_clock_watch::wall_clock_watch(coro::reactor& reactor, time::timebase& timebase)
    : reactor_(reactor), timebase_(timebase) {
    watch_.fd = ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    TACTUS_ASSERT(watch_.fd >= 0);
    watch_.owner = this;
    watch_.ready = [](coro::fd_watch& node, std::uint32_t) noexcept {
        static_cast<wall_clock_watch*>(node.owner)->was_set();
    };
    // Within the turn, which has looked for a suspend by then: that moves the clock, too.
    measuring_.owner = this;
    measuring_.run = [](coro::deferred& node) noexcept {
        static_cast<wall_clock_watch*>(node.owner)->timebase_.refresh();
    };
}

wall_clock_watch::~wall_clock_watch() {
    stop();
    ::close(watch_.fd);
}

void wall_clock_watch::start() noexcept {
    await_set();
    measuring_.run(measuring_); // it may have been set since the timebase was made
}

void wall_clock_watch::stop() noexcept {
    reactor_.unwatch(watch_);
}

void wall_clock_watch::await_set() noexcept {
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<decltype(never.it_value.tv_sec)>::max();
    int set = -1;
    do { // it fails if the clock is set meanwhile
        set = ::timerfd_settime(watch_.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                                nullptr);
    } while (set != 0 && errno == ECANCELED);
    TACTUS_ASSERT(set == 0 && "our descriptors are open: no plugin may close them");
    const bool is_watched = reactor_.watch(watch_, TACTUS_FD_READABLE);
    TACTUS_ASSERT(is_watched);
}

void wall_clock_watch::was_set() noexcept {
    std::uint64_t expirations = 0;
    (void)::read(watch_.fd, &expirations, sizeof expirations); // fails with ECANCELED
    await_set();
    if (!measuring_.is_queued) {
        reactor_.defer(measuring_);
    }
}

} // namespace tactus::daemon
