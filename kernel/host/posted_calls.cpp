// SPDX-License-Identifier: MIT
#include "kernel/host/posted_calls.hpp"

#include <memory>

namespace tactus::host {
namespace {

struct posted_call {
    void (*fn)(void*) noexcept;
    void* arg;
    std::atomic<std::uint32_t>& count;
    blocked_calls& watch;
};

} // namespace

tactus_status posted_calls::post(void (*fn)(void*) noexcept, void* arg, std::uint32_t limit) {
    {
        const std::lock_guard lock(mutex_);
        if (!is_open_) {
            return TACTUS_E_CLOSED;
        }
        if (waiting_.load(std::memory_order_relaxed) >= limit) {
            return TACTUS_E_AGAIN;
        }
        waiting_.fetch_add(1, std::memory_order_relaxed);
    }
    reactor_.post(
        [](void* posted) noexcept {
            const std::unique_ptr<posted_call> call(static_cast<posted_call*>(posted));
            {
                const blocked_calls::call timed(&call->watch, "post");
                call_plugin(call->fn, call->arg);
            }
            call->count.fetch_sub(1, std::memory_order_relaxed);
        },
        new posted_call{fn, arg, waiting_, watch_});
    return TACTUS_OK;
}

} // namespace tactus::host
