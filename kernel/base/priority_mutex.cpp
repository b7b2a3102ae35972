// SPDX-License-Identifier: MIT
#include "kernel/base/priority_mutex.hpp"

#include "kernel/base/assert.hpp"

namespace tactus::base {

priority_mutex::priority_mutex() noexcept {
    pthread_mutexattr_t kind;
    int made = ::pthread_mutexattr_init(&kind);
    TACTUS_ASSERT(made == 0);
    made = ::pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT);
    TACTUS_ASSERT(made == 0);
    made = ::pthread_mutex_init(&mutex_, &kind);
    TACTUS_ASSERT(made == 0);
    ::pthread_mutexattr_destroy(&kind);
}

priority_mutex::~priority_mutex() {
    ::pthread_mutex_destroy(&mutex_);
}

void priority_mutex::lock() noexcept {
    const int locked = ::pthread_mutex_lock(&mutex_);
    TACTUS_ASSERT(locked == 0);
}

void priority_mutex::unlock() noexcept {
    ::pthread_mutex_unlock(&mutex_);
}

} // namespace tactus::base
