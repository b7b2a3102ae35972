// SPDX-License-Identifier: MIT
#include "kernel/coro/listening_fd.hpp"

#include <tactus/iface/fd.h>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::coro {
namespace {

int open_reserve() noexcept {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

} // namespace

listening_fd::listening_fd(reactor& reactor, fd_taker& taker, int fd) noexcept
    : reactor_(reactor), taker_(taker), reserve_(open_reserve()) {
    watch_.fd = fd;
    watch_.owner = this;
    watch_.ready = [](fd_watch& watch, std::uint32_t) noexcept {
        static_cast<listening_fd*>(watch.owner)->on_ready();
    };
    pause_.owner = this;
    pause_.fire = [](timer& node) noexcept { static_cast<listening_fd*>(node.owner)->resume(); };
}

listening_fd::~listening_fd() {
    reactor_.unwatch(watch_);
    reactor_.disarm(pause_);
    ::close(watch_.fd);
    if (reserve_ >= 0) {
        ::close(reserve_);
    }
}

void listening_fd::want() noexcept {
    is_wanted_ = true;
    wait();
}

void listening_fd::wait() noexcept {
    if (is_wanted_ && !pause_.is_armed() && !reactor_.watch(watch_, TACTUS_FD_READABLE)) {
        pause(); // the system has no memory for it
    }
}

void listening_fd::pause() noexcept {
    reactor_.arm(pause_, reactor_.clock().now_ns() + pause_ns);
}

void listening_fd::resume() noexcept {
    reserve_ = reserve_ >= 0 ? reserve_ : open_reserve();
    wait();
}

void listening_fd::on_ready() noexcept {
    for (int shed = 0; is_wanted_ && shed < shed_a_turn_max;) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const int fd = ::accept4(watch_.fd, reinterpret_cast<sockaddr*>(&peer), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0 && taker_.has_room()) {
            is_wanted_ = false;
            taker_.take(fd, {reinterpret_cast<const std::uint8_t*>(&peer), size});
            return; // this may be destroyed by now
        }
        if (fd >= 0) {
            ::close(fd);
            taker_.shed();
            ++shed;
        } else if (errno == EMFILE || errno == ENFILE) {
            taker_.out_of_descriptors();
            if (!shed_by_reserve()) {
                break;
            }
            ++shed;
        } else if (errno == ENOBUFS || errno == ENOMEM) {
            pause();
            break;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else {
            ++shed; // it was closed before it was accepted
        }
    }
    wait();
}

// Accepts and closes a connection with the reserve, then reopens it. Returns false to pause.
bool listening_fd::shed_by_reserve() noexcept {
    if (reserve_ >= 0) {
        ::close(std::exchange(reserve_, -1));
        const int fd = ::accept4(watch_.fd, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            ::close(fd);
            taker_.shed();
        }
    }
    reserve_ = open_reserve();
    if (reserve_ < 0) {
        pause();
    }
    return reserve_ >= 0;
}

} // namespace tactus::coro
