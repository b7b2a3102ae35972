// SPDX-License-Identifier: MIT
// One absolute deadline that wakes the loop, even if it passed while the machine was suspended (it
// does not wake the machine). A seam: a port to another system is another file beside
// deadline_timer_linux.cpp. Threads: loop.
#pragma once

#include <uv.h>

#include <cstdint>
#include <limits>

namespace tactus::loop {

class deadline_timer {
public:
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    // Aborts if the system gives no timer: the product cannot work without it.
    explicit deadline_timer(uv_loop_t* uv);
    deadline_timer(const deadline_timer&) = delete;
    deadline_timer& operator=(const deadline_timer&) = delete;

    // Wakes the loop's poll at due_ns, once; never_ns disarms. `suspended_ns` is CLOCK_BOOTTIME
    // minus the host clock. Makes a system call only if the moment changes.
    void arm(std::int64_t due_ns, std::int64_t suspended_ns) noexcept;

    // Ends the watch; the loop must turn once more before the object is destroyed.
    void close() noexcept;

private:
    static void on_readable(uv_poll_t* poll, int status, int events) noexcept;

    uv_poll_t poll_{};
    int fd_ = -1;
    std::int64_t armed_ns_ = never_ns;
};

} // namespace tactus::loop
