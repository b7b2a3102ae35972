// SPDX-License-Identifier: MIT
// Protects calls in a thread that another thread ends by pthread_cancel. libjack ends its own
// threads that way when a client is closed: asynchronously, at any instruction.
#pragma once

#include <pthread.h>

namespace midi {

/// Runs `call` without interruption: a thread that is cancelled meanwhile ends when `call` returns.
/// It ends by unwinding, from the second line from the end. Therefore no destructor restores
/// the state (a destructor is noexcept: std::terminate would end the process), and neither this
/// function nor its callers may have anything to destroy, or be noexcept. `call` must not throw.
template <class Call>
void guard_from_cancellation(const Call& call) {
    int before = PTHREAD_CANCEL_ENABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    call();
    pthread_setcancelstate(before, nullptr);
}

} // namespace midi
