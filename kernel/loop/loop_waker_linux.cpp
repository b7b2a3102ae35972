// SPDX-License-Identifier: MIT
#include "kernel/loop/loop_waker.hpp"

#include "kernel/base/assert.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace tactus::loop {

loop_waker::loop_waker(uv_loop_t* uv) : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    TACTUS_ASSERT(fd_ >= 0);
    const int initialised = uv_poll_init(uv, &poll_, fd_);
    TACTUS_ASSERT(initialised == 0);
    poll_.data = this;
    const int started = uv_poll_start(&poll_, UV_READABLE, on_readable);
    TACTUS_ASSERT(started == 0);
}

loop_waker::~loop_waker() {
    ::close(fd_); // not earlier: a thread may wake until its owner has joined it
}

void loop_waker::wake() noexcept {
    constexpr std::uint64_t one = 1;
    while (::write(fd_, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

// Only clears the descriptor's readiness; the following turn runs the posted calls.
void loop_waker::on_readable(uv_poll_t* poll, int /*status*/, int /*events*/) noexcept {
    std::uint64_t wakes = 0;
    const ssize_t size = ::read(static_cast<loop_waker*>(poll->data)->fd_, &wakes, sizeof wakes);
    static_cast<void>(size);
}

void loop_waker::close() noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), nullptr);
}

} // namespace tactus::loop
