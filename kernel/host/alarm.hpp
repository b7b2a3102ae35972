// SPDX-License-Identifier: MIT
// An alarm clock whose ring is heard while the loop is held up: a timer of the system's and a
// thread that sleeps until it fires. alarm_thread_linux.cpp.
#pragma once

#include "kernel/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace tactus::host {

class alarm {
public:
    alarm() = default;
    alarm(const alarm&) = delete;
    alarm& operator=(const alarm&) = delete;
    virtual ~alarm() = default;

    // Rings once, after_ns from now; an earlier wish is forgotten. Units: ns, 1 at least. Threads:
    // any. Blocks: no; one system call.
    virtual void arm(std::int64_t after_ns) noexcept = 0;
};

// `rang` is called on a thread of its own, until the end of the alarm, which waits for it.
// Errors: io, where the system gives no timer or no thread.
[[nodiscard]] result<std::unique_ptr<alarm>> start_alarm(std::function<void()> rang);

} // namespace tactus::host
