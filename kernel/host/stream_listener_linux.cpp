// SPDX-License-Identifier: MIT
#include "kernel/host/stream_listener.hpp"

#include <tactus/iface/fd.h>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::host {
namespace {

int open_reserve() noexcept {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

} // namespace

result<std::unique_ptr<stream_listener>> stream_listener::open(coro::reactor& reactor,
                                                               connection_taker& taker,
                                                               const stream_address& at,
                                                               std::uint32_t mode) {
    const int fd = ::socket(at.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return cannot_listen(at, text_of(at));
    }
    std::unique_ptr<stream_listener> made(new stream_listener(reactor, taker, fd));
    const int on = 1;
    if (at.family() == AF_UNIX) {
        if (result<void> bound = made->file_.bind(fd, at, SOCK_STREAM, mode); !bound) {
            return unexpected<error>(bound.error());
        }
    } else {
        ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (at.family() == AF_INET6) {
            ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        }
        if (::bind(fd, at.raw(), at.size) != 0) {
            return cannot_listen(at, text_of(at));
        }
    }
    if (::listen(fd, backlog) != 0) {
        return cannot_listen(at, text_of(at));
    }
    return made;
}

stream_listener::stream_listener(coro::reactor& reactor, connection_taker& taker, int fd) noexcept
    : reactor_(reactor), taker_(taker), reserve_(open_reserve()) {
    watch_.fd = fd;
    watch_.owner = this;
    watch_.ready = [](coro::fd_watch& watch, std::uint32_t) noexcept {
        static_cast<stream_listener*>(watch.owner)->on_ready();
    };
    pause_.owner = this;
    pause_.fire = [](coro::timer& node) noexcept {
        static_cast<stream_listener*>(node.owner)->wait();
    };
}

stream_listener::~stream_listener() {
    reactor_.unwatch(watch_);
    reactor_.disarm(pause_);
    ::close(watch_.fd);
    if (reserve_ >= 0) {
        ::close(reserve_);
    }
    if (operation* const ended = std::exchange(accepting_, nullptr); ended != nullptr) {
        ended->list->finish_later(*ended, TACTUS_E_CANCELED, 0);
    }
}

bool stream_listener::local(stream_address& address) const noexcept {
    address.size = sizeof address.bytes;
    return ::getsockname(watch_.fd, address.raw(), &address.size) == 0;
}

bool stream_listener::start_accept(operation& op) noexcept {
    if (accepting_ != nullptr) {
        return false;
    }
    accepting_ = &op;
    wait();
    return true;
}

void stream_listener::abort(operation& op) noexcept {
    accepting_ = accepting_ == &op ? nullptr : accepting_;
}

void stream_listener::wait() noexcept {
    if (accepting_ != nullptr && !pause_.is_armed()) {
        (void)reactor_.watch(watch_, TACTUS_FD_READABLE); // a socket can always be watched
    }
}

void stream_listener::on_ready() noexcept {
    for (int refused = 0; accepting_ != nullptr && refused < refused_a_turn_max;) {
        const int fd = ::accept4(watch_.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0 && taker_.has_room()) {
            operation* const done = std::exchange(accepting_, nullptr);
            done->list->finish(*done, TACTUS_OK, taker_.take(fd)); // this may be gone afterwards
            return;
        }
        if (fd >= 0) {
            ::close(fd);
            taker_.refused(base::refused::limit);
            ++refused;
        } else if (errno == EMFILE || errno == ENFILE) {
            taker_.out_of_descriptors();
            if (!shed()) {
                break;
            }
            ++refused;
        } else if (errno == ENOBUFS || errno == ENOMEM) {
            reactor_.arm(pause_, reactor_.clock().now_ns() + pause_ns);
            break;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else {
            ++refused; // it was gone before it was taken
        }
    }
    wait();
}

// Gives the reserve up for the connection, and closes that to have the reserve again. False: pause.
bool stream_listener::shed() noexcept {
    if (reserve_ >= 0) {
        ::close(std::exchange(reserve_, -1));
        const int fd = ::accept4(watch_.fd, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            ::close(fd);
            taker_.refused(base::refused::limit);
        }
    }
    reserve_ = open_reserve();
    if (reserve_ < 0) {
        reactor_.arm(pause_, reactor_.clock().now_ns() + pause_ns);
    }
    return reserve_ >= 0;
}

} // namespace tactus::host
