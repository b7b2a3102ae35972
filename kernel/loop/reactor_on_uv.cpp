// SPDX-License-Identifier: MIT
// coro::reactor on libuv: timers, descriptors, deferred calls, jobs and posts.
#include "kernel/loop/loop.hpp"

#include <tactus/iface/fd.h>

#include <utility>

namespace tactus::loop {
namespace {

// A uv_poll_t's memory must live until its close callback: a separate node, which outlives the
// watch. A fired watch leaves the handle started, so a wait that is renewed at once (the usual
// case: read, then wait again) costs no system call; the first event without a waiter stops it.
struct poll_node {
    uv_poll_t handle{};
    coro::fd_watch* watch = nullptr; // nullptr: no waiter
    std::uint32_t events = 0;
};

int to_uv(std::uint32_t events) noexcept {
    return ((events & TACTUS_FD_READABLE) != 0 ? UV_READABLE : 0) |
           ((events & TACTUS_FD_WRITABLE) != 0 ? UV_WRITABLE : 0) |
           ((events & coro::fd_ended) != 0 ? UV_DISCONNECT : 0);
}

std::uint32_t from_uv(int status, int events, std::uint32_t asked) noexcept {
    if (status < 0) { // the descriptor has an error: the next read or write sees it
        return TACTUS_FD_READABLE | TACTUS_FD_WRITABLE | (asked & coro::fd_ended);
    }
    return ((events & UV_READABLE) != 0 ? TACTUS_FD_READABLE : 0U) |
           ((events & UV_WRITABLE) != 0 ? TACTUS_FD_WRITABLE : 0U) |
           ((events & UV_DISCONNECT) != 0 ? coro::fd_ended : 0U);
}

void on_poll(uv_poll_t* handle, int status, int events) noexcept {
    auto* node = static_cast<poll_node*>(handle->data);
    coro::fd_watch* watch = std::exchange(node->watch, nullptr);
    const std::uint32_t asked = node->events;
    if (watch == nullptr || status < 0) { // libuv itself stops a handle with an error
        uv_poll_stop(handle);
        node->events = 0;
    }
    if (watch == nullptr) {
        return;
    }
    watch->ready(*watch, from_uv(status, events, asked));
}

} // namespace

void loop::arm(coro::timer& node, std::int64_t due_ns) noexcept {
    disarm(node);
    timers_.push(node, due_ns);
}

void loop::disarm(coro::timer& node) noexcept {
    if (node.is_armed()) {
        timers_.remove(node);
    }
}

bool loop::watch(coro::fd_watch& node, std::uint32_t events) noexcept {
    auto* poll = static_cast<poll_node*>(node.impl);
    if (poll == nullptr) {
        poll = new poll_node;
        if (uv_poll_init(&uv_, &poll->handle, node.fd) != 0) {
            delete poll;
            return false;
        }
        poll->handle.data = poll;
        node.impl = poll;
    }
    if (poll->events != events && uv_poll_start(&poll->handle, to_uv(events), on_poll) != 0) {
        return false;
    }
    poll->events = events;
    poll->watch = &node;
    return true;
}

void loop::unwatch(coro::fd_watch& node) noexcept {
    auto* poll = static_cast<poll_node*>(std::exchange(node.impl, nullptr));
    if (poll == nullptr) {
        return;
    }
    poll->watch = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll->handle),
             [](uv_handle_t* handle) noexcept { delete static_cast<poll_node*>(handle->data); });
}

void loop::defer(coro::deferred& node) noexcept {
    deferred_.push(node);
}

void loop::start(coro::job& node) noexcept {
    jobs_.start(node);
}

void loop::post(void (*fn)(void*) noexcept, void* arg) {
    posted_.post(fn, arg, [this] { waker_->wake(); });
}

} // namespace tactus::loop
