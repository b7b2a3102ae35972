// SPDX-License-Identifier: MIT
// The functions of an instance that other threads call: posts, log lines, foreign events, writable.
#include "kernel/host/instance.hpp"

#include "kernel/host/foreign_ring.hpp"

#include <mutex>

namespace tactus::host {
namespace {

struct posted_call {
    void (*fn)(void*) noexcept;
    void* arg;
    std::atomic<std::uint32_t>& count;
    blocked_calls& watch;
};

} // namespace

tactus_status instance::post(void (*fn)(void*) noexcept, void* arg, std::uint32_t limit) {
    {
        const std::lock_guard lock(post_mutex_);
        if (!takes_posts_) {
            return TACTUS_E_CLOSED;
        }
        if (posts_.load(std::memory_order_relaxed) >= limit) {
            return TACTUS_E_AGAIN;
        }
        posts_.fetch_add(1, std::memory_order_relaxed);
    }
    services_.reactor.post(
        [](void* posted) noexcept {
            const std::unique_ptr<posted_call> call(static_cast<posted_call*>(posted));
            {
                const blocked_calls::call timed(&call->watch, "post");
                call->fn(call->arg);
            }
            call->count.fetch_sub(1, std::memory_order_relaxed);
        },
        new posted_call{fn, arg, posts_, blocked_});
    return TACTUS_OK;
}

void instance::write_log(base::log_level level, std::string_view text) noexcept {
    if (!services_.log.is_enabled(level)) {
        return; // before the limit: a line that is not written must not count
    }
    const std::lock_guard lock(log_mutex_);
    if (services_.log.allows(log_limit_, services_.reactor.clock().now_ns())) {
        services_.log.write(level, text, {base::kv("instance", who_.name)});
    }
}

foreign_ring& instance::foreign() {
    std::call_once(foreign_once_,
                   [this] { foreign_ = std::make_unique<foreign_ring>(services_, who_.index); });
    return *foreign_;
}

void instance::drain_foreign_later() noexcept {
    (void)post(
        [](void* arg) noexcept {
            auto& self = *static_cast<instance*>(arg);
            if (self.foreign_->drain()) {
                self.drain_foreign_later();
            }
        },
        this, 2 * posts_max); // closed meanwhile: destroy drains
}

void instance::writable() noexcept {
    if (!is_open()) {
        return;
    }
    if (output_ != nullptr && (output_->flags & TACTUS_OUT_MAY_BLOCK) != 0) {
        const std::lock_guard lock(post_mutex_); // excludes being cut off meanwhile
        if (takes_posts_) {
            worker_->writable(); // exists since before the plugin's start
        }
    }
    if (is_on_loop()) {
        services_.dispatcher.writable(who_.index);
    } else if (!is_writable_posted_.exchange(true, std::memory_order_acq_rel)) {
        (void)post(
            [](void* arg) noexcept {
                auto& self = *static_cast<instance*>(arg);
                self.is_writable_posted_.store(false, std::memory_order_release);
                if (self.is_open()) {
                    self.services_.dispatcher.writable(self.who_.index);
                }
            },
            this, 2 * posts_max);
    }
}

} // namespace tactus::host
