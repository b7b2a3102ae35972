// SPDX-License-Identifier: MIT
#include "kernel/host/thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

namespace tactus::host {

void prepare_thread(const std::string& name) noexcept {
    ::prctl(PR_SET_NAME, name.c_str());
    ::prctl(PR_SET_TIMERSLACK, 1UL); // sleeping calls are otherwise 50 us late by design
}

void make_idle_priority(std::thread& thread) noexcept {
    const sched_param none{};
    ::pthread_setschedparam(thread.native_handle(), SCHED_IDLE, &none);
}

} // namespace tactus::host
