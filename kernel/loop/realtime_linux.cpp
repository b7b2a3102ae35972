// SPDX-License-Identifier: MIT
#include "kernel/loop/realtime.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tactus::loop {

bool raise_to_realtime() noexcept {
    sched_param wanted{};
    wanted.sched_priority = realtime_priority;
    return ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0;
}

bool lock_memory() noexcept {
    rlimit limit{};
    const bool is_unlimited =
        ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
    if (!is_unlimited && ::geteuid() != 0) {
        return false;
    }
    // On fault: memory that is reserved and never touched costs nothing.
    return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

void sharpen_timers() noexcept {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
}

} // namespace tactus::loop
