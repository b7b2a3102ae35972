// SPDX-License-Identifier: MIT
// The calls that one instance posts to the loop. They are counted, because the instance may be
// destroyed only after the last of them has run. Accepted only between open and close.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/host/watchdog/blocked_calls.hpp"

#include <tactus/abi.h>
#include <tactus/limits.h>

#include <atomic>
#include <cstdint>
#include <mutex>

namespace tactus::host {

class posted_calls {
public:
    // Waiting calls of a plugin; the kernel's own may exceed that.
    static constexpr std::uint32_t plugin_max = TACTUS_POSTS_MAX;
    static constexpr std::uint32_t kernel_max = 2 * plugin_max;

    // Both must outlive the calls. Each call is timed by `watch`.
    posted_calls(coro::reactor& reactor, blocked_calls& watch) noexcept
        : reactor_(reactor), watch_(watch) {}

    // Threads: loop.
    void open() noexcept { set_open(true); }
    void close() noexcept { set_open(false); }
    // No accepted call is left to run. Threads: loop.
    [[nodiscard]] bool is_empty() const noexcept {
        return waiting_.load(std::memory_order_relaxed) == 0;
    }

    // TACTUS_OK: fn(arg) will run on the loop. Errors: TACTUS_E_CLOSED; TACTUS_E_AGAIN (`limit` of
    // them are waiting). Threads: any.
    [[nodiscard]] tactus_status post(void (*fn)(void*) noexcept, void* arg,
                                     std::uint32_t limit = kernel_max);
    // Calls it now, unless closed; a close on the loop meanwhile waits for it. Threads: any.
    template <class Callable>
    void if_open(Callable&& call) noexcept {
        const std::lock_guard lock(mutex_);
        if (is_open_) {
            call();
        }
    }

private:
    void set_open(bool is_open) noexcept {
        const std::lock_guard lock(mutex_);
        is_open_ = is_open;
    }

    coro::reactor& reactor_;
    blocked_calls& watch_;
    base::priority_mutex mutex_; // guards is_open_; held while a call is counted: closing is exact
    bool is_open_ = false;
    // Written by any thread that posts and by the loop; read by the loop: is_empty. Relaxed: the
    // calls themselves are handed over under the reactor's lock.
    std::atomic<std::uint32_t> waiting_{0};
};

} // namespace tactus::host
