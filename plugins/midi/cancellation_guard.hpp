// SPDX-License-Identifier: MIT
// Calls in a thread that another ends by pthread_cancel, as libjack ends its own when a client is
// closed: asynchronously, at whatever instruction it is.
#pragma once

#include <pthread.h>

namespace midi {

/// What `call` does is not cut off: a thread that is cancelled meanwhile ends when it returns. That
/// is by unwinding, from within the second line from the end, which is why no destructor restores
/// the state (one is noexcept: std::terminate would end the process) and why neither this function
/// nor what calls it may have anything to destroy, or be noexcept. `call` must not throw.
template <class Call>
void guard_from_cancellation(const Call& call) {
    int before = PTHREAD_CANCEL_ENABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    call();
    pthread_setcancelstate(before, nullptr);
}

} // namespace midi
