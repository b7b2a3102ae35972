// SPDX-License-Identifier: MIT
// While it lives the system gives this process no thread, as at a limit of processes (which root
// has not): each would get a stack larger than there are addresses. glibc's.
#pragma once

#include "kernel/base/assert.hpp"

#include <pthread.h>

#include <cstddef>

namespace tactus::testing {

class no_threads {
public:
    no_threads() {
        TACTUS_ASSERT(::pthread_getattr_default_np(&before_) == 0);
        pthread_attr_t huge;
        TACTUS_ASSERT(::pthread_attr_init(&huge) == 0);
        TACTUS_ASSERT(::pthread_attr_setstacksize(&huge, std::size_t{1} << 47) == 0);
        TACTUS_ASSERT(::pthread_setattr_default_np(&huge) == 0);
        ::pthread_attr_destroy(&huge);
    }
    no_threads(const no_threads&) = delete;
    no_threads& operator=(const no_threads&) = delete;
    ~no_threads() {
        ::pthread_setattr_default_np(&before_);
        ::pthread_attr_destroy(&before_);
    }

private:
    pthread_attr_t before_{};
};

} // namespace tactus::testing
