// SPDX-License-Identifier: MIT
#include "kernel/host/worker/thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

namespace tactus::host {
void prepare_thread(const std::string& name) noexcept {
    ::prctl(PR_SET_NAME, name.c_str());
    ::prctl(PR_SET_TIMERSLACK, 1UL); // without it, sleeping calls are 50 us late by design
}

int priority_below() noexcept {
    sched_param mine{};
    const bool is_realtime = (::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_FIFO &&
                             ::sched_getparam(0, &mine) == 0;
    return is_realtime ? mine.sched_priority - 1 : 0;
}

void take_priority(int priority) noexcept {
    sched_param wanted{};
    wanted.sched_priority = priority;
    ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted);
}

void make_idle_priority(std::thread& thread) noexcept {
    const sched_param none{};
    ::pthread_setschedparam(thread.native_handle(), SCHED_IDLE, &none);
}

} // namespace tactus::host
