// SPDX-License-Identifier: MIT
// A timer that fires even while the loop is held up: a system timer, and a thread that sleeps until
// then. watchdog_thread_linux.cpp.
#pragma once

#include "kernel/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace tactus::host {

class watchdog_timer {
public:
    watchdog_timer() = default;
    watchdog_timer(const watchdog_timer&) = delete;
    watchdog_timer& operator=(const watchdog_timer&) = delete;
    virtual ~watchdog_timer() = default;

    // Fires once, after_ns from now; replaces an earlier setting. Units: ns, 1 at least. Threads:
    // any. Blocks: no; one system call.
    virtual void arm(std::int64_t after_ns) noexcept = 0;
};

// `fired` is called on a separate thread until the timer is destroyed, which waits for it. Errors:
// io, if the system gives no timer or no thread.
[[nodiscard]] result<std::unique_ptr<watchdog_timer>> start_watchdog(std::function<void()> fired);

} // namespace tactus::host
