// SPDX-License-Identifier: MIT
#include "kernel/base/semaphore.hpp"

#include "kernel/base/assert.hpp"

#include <cerrno>
#include <ctime>

namespace tactus::base {

semaphore::semaphore() noexcept {
    const int made = ::sem_init(&semaphore_, 0, 0);
    TACTUS_ASSERT(made == 0);
}

semaphore::~semaphore() {
    ::sem_destroy(&semaphore_);
}

void semaphore::wake() noexcept {
    ::sem_post(&semaphore_);
}

void semaphore::wait() noexcept {
    while (::sem_wait(&semaphore_) != 0 && errno == EINTR) {
    }
}

void semaphore::wait_until(std::int64_t due_ns) noexcept {
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    const timespec due{static_cast<time_t>(due_ns / ns_per_s),
                       static_cast<long>(due_ns % ns_per_s)};
    while (::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &due) != 0 && errno == EINTR) {
    }
}

} // namespace tactus::base
