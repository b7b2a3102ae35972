// SPDX-License-Identifier: MIT
// Has libuv make a turn before and after each poll, and its next poll return at once while there is
// more to do. Counts the polls. Its owner defines what a turn is (loop.hpp). Threads: loop.
#pragma once

#include <uv.h>

#include <cstdint>

namespace tactus::loop {

class turn_hooks {
public:
    // Makes turn(owner) from now on; both must outlive close(). `uv` must be initialised.
    turn_hooks(uv_loop_t* uv, void (*turn)(void* owner) noexcept, void* owner) noexcept
        : turn_(turn), owner_(owner) {
        uv_prepare_init(uv, &before_poll_);
        uv_check_init(uv, &after_poll_);
        uv_idle_init(uv, &awake_);
        before_poll_.data = after_poll_.data = this;
        uv_prepare_start(&before_poll_, [](uv_prepare_t* handle) noexcept {
            auto* self = static_cast<turn_hooks*>(handle->data);
            ++self->polls_;
            self->turn_(self->owner_);
        });
        uv_check_start(&after_poll_, [](uv_check_t* handle) noexcept {
            auto* self = static_cast<turn_hooks*>(handle->data);
            self->turn_(self->owner_);
        });
    }
    turn_hooks(const turn_hooks&) = delete;
    turn_hooks& operator=(const turn_hooks&) = delete;

    // With true, the next polls return at once, until it is called with false.
    void keep_awake(bool more) noexcept {
        if (more) {
            uv_idle_start(&awake_, [](uv_idle_t*) noexcept {});
        } else {
            uv_idle_stop(&awake_);
        }
    }
    [[nodiscard]] std::uint64_t polls() const noexcept { return polls_; }

    // Makes no more turns; the loop must run once more before the object is destroyed.
    void close() noexcept {
        close_handle(before_poll_);
        close_handle(after_poll_);
        close_handle(awake_);
    }

private:
    template <class Handle>
    static void close_handle(Handle& handle) noexcept {
        uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
    }

    void (*turn_)(void* owner) noexcept;
    void* owner_;
    uv_prepare_t before_poll_{};
    uv_check_t after_poll_{};
    uv_idle_t awake_{};
    std::uint64_t polls_ = 0;
};

} // namespace tactus::loop
