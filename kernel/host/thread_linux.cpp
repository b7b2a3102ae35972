// SPDX-License-Identifier: MIT
#include "kernel/host/thread.hpp"

#include "kernel/base/assert.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

#include <cerrno>
#include <ctime>

namespace tactus::host {

void prepare_thread(const std::string& name) noexcept {
    ::prctl(PR_SET_NAME, name.c_str());
    ::prctl(PR_SET_TIMERSLACK, 1UL); // sleeping calls are otherwise 50 us late by design
}

void make_idle_priority(std::thread& thread) noexcept {
    const sched_param none{};
    ::pthread_setschedparam(thread.native_handle(), SCHED_IDLE, &none);
}

wake_signal::wake_signal() noexcept {
    const int made = ::sem_init(&semaphore_, 0, 0);
    TACTUS_ASSERT(made == 0);
}

wake_signal::~wake_signal() {
    ::sem_destroy(&semaphore_);
}

void wake_signal::wake() noexcept {
    ::sem_post(&semaphore_);
}

void wake_signal::wait() noexcept {
    while (::sem_wait(&semaphore_) != 0 && errno == EINTR) {
    }
}

void wake_signal::wait_until(std::int64_t due_ns) noexcept {
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    const timespec due{static_cast<time_t>(due_ns / ns_per_s),
                       static_cast<long>(due_ns % ns_per_s)};
    while (::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &due) != 0 && errno == EINTR) {
    }
}

} // namespace tactus::host
