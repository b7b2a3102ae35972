// SPDX-License-Identifier: MIT
// Lifetime and reading half of stream_socket; stream_write_linux.cpp has the writing half.
#include "kernel/net/stream_socket.hpp"

#include <tactus/iface/fd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::net {
namespace {

constexpr int alive_after_s = 30; // seconds of silence before the peer is probed
constexpr int alive_every_s = 10; // between probes
constexpr int alive_attempts = 3; // then the peer is considered gone
// While data is unacknowledged the system does not probe, and would resend for a quarter of an
// hour: the same limit applies to that. Source: Linux, tcp(7) TCP_USER_TIMEOUT.
constexpr int unanswered_ms = (alive_after_s + alive_attempts * alive_every_s) * 1000;

bool would_block(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

void set(int fd, int level, int name, int value) noexcept {
    // All of these are optional.
    ::setsockopt(fd, level, name, &value, sizeof value);
}

// Writes must leave at once; a peer that vanishes without closing must be detected.
void tune(int fd) noexcept {
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, alive_after_s);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, alive_every_s);
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, alive_attempts);
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, unanswered_ms);
}

// libuv makes watched descriptors non-blocking, for all processes that share them, such as a
// terminal's shell. So a plugin's descriptor is watched through a separate epoll. Returns -1 if it
// is always ready, as plain files are.
int watched_in_place_of(int fd) noexcept {
    const int watched = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event readable{};
    readable.events = EPOLLIN;
    if (watched >= 0 && ::epoll_ctl(watched, EPOLL_CTL_ADD, fd, &readable) != 0) {
        ::close(watched);
        return -1;
    }
    return watched;
}

} // namespace

stream_socket::stream_socket(coro::reactor& reactor, const descriptor& with,
                             const stream_limits& limits, base::connection_counts& counts)
    : reactor_(reactor), limits_(limits), counts_(counts), kind_(with.is), fd_(with.fd),
      idle_(
          reactor, limits.idle_timeout_ns,
          [](void* self) noexcept { static_cast<stream_socket*>(self)->was_idle(); }, this),
      peer_(with.peer) {
    watch_.fd = kind_ == kind::connection ? fd_ : watched_in_place_of(fd_);
    cannot_be_watched_ = watch_.fd < 0;
    watch_.owner = this;
    watch_.ready = [](coro::fd_watch& watch, std::uint32_t events) noexcept {
        static_cast<stream_socket*>(watch.owner)->on_ready(events);
    };
    readable_.owner = this;
    readable_.fire = [](coro::timer& node) noexcept {
        static_cast<stream_socket*>(node.owner)->read_now();
    };
    if (kind_ == kind::connection) {
        ++counts_.open;
        set_up();
        idle_.start();
    }
}

stream_socket::~stream_socket() {
    end_all(TACTUS_E_CANCELED);
    gone();
}

void stream_socket::set_up() noexcept {
    if (peer_.family() == AF_UNIX) {
        ucred user{};
        socklen_t size = sizeof user;
        if (::getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &user, &size) == 0) {
            uid_ = user.uid;
        }
    } else {
        tune(fd_);
    }
}

int stream_socket::duplicate() const noexcept {
    return fd_ < 0 ? -1 : ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
}

bool stream_socket::local(stream_address& address) const noexcept {
    address.size = sizeof address.bytes;
    return fd_ >= 0 && ::getsockname(fd_, address.raw(), &address.size) == 0;
}

void stream_socket::begin(wait what, operation& op, std::int64_t deadline_ns) noexcept {
    waiting(what) = &op;
    if (deadline_ns != 0) {
        op.timer.owner = &op;
        op.timer.fire = [](coro::timer& node) noexcept {
            operation& late = *static_cast<operation*>(node.owner);
            static_cast<stream_socket*>(late.subject)->abort(late);
            late.list->finish(late, TACTUS_E_TIMEOUT, 0);
        };
        reactor_.arm(op.timer, deadline_ns);
    }
    renew_watch();
}

// Deferred: an end may occur inside a call of the plugin, and several may occur at once.
void stream_socket::end(wait what, tactus_status status) noexcept {
    if (operation* const ended = std::exchange(waiting(what), nullptr); ended != nullptr) {
        reactor_.disarm(ended->timer);
        ended->list->finish_later(*ended, status, 0);
    }
}

void stream_socket::end_all(tactus_status status) noexcept {
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
        end(static_cast<wait>(i), status);
    }
}

void stream_socket::abort(operation& op) noexcept {
    reactor_.disarm(op.timer);
    is_torn_ = is_torn_ || waiting(wait::written) == &op; // part of it may have been sent
    std::replace(waiting_.begin(), waiting_.end(), &op, static_cast<operation*>(nullptr));
}

tactus_status stream_socket::start_read(operation& op, std::uint8_t* bytes, std::uint32_t capacity,
                                        std::int64_t deadline_ns) {
    if (fd_ < 0) {
        return TACTUS_E_CLOSED;
    }
    if (has(wait::bytes) || bytes == nullptr || capacity == 0) {
        return TACTUS_E_INVALID;
    }
    into_ = {bytes, capacity};
    begin(wait::bytes, op, deadline_ns);
    return TACTUS_PENDING;
}

tactus_status stream_socket::start_ended(operation& op) {
    if (kind_ == kind::adopted) {
        return TACTUS_E_UNSUPPORTED;
    }
    if (fd_ < 0) {
        return TACTUS_E_CLOSED;
    }
    if (has(wait::ended)) {
        return TACTUS_E_INVALID;
    }
    begin(wait::ended, op, 0);
    return TACTUS_PENDING;
}

void stream_socket::renew_watch() noexcept {
    const bool wants_out = !buffer_.is_empty() || has(wait::written);
    const std::uint32_t events = (has(wait::bytes) ? TACTUS_FD_READABLE : 0U) |
                                 (wants_out ? TACTUS_FD_WRITABLE : 0U) |
                                 (has(wait::ended) ? coro::fd_ended : 0U);
    if (events == 0 || fd_ < 0) {
        return;
    }
    if (!cannot_be_watched_ && !reactor_.watch(watch_, events)) {
        reactor_.unwatch(watch_);
        cannot_be_watched_ = true;
    }
    if (cannot_be_watched_ && kind_ == kind::connection) {
        gone(); // a socket that cannot be watched is useless
    } else if (cannot_be_watched_) {
        reactor_.arm(readable_, reactor_.clock().now_ns()); // a plain file: always ready
    }
}

void stream_socket::on_ready(std::uint32_t events) noexcept {
    if ((events & TACTUS_FD_WRITABLE) != 0 && (!buffer_.is_empty() || has(wait::written))) {
        flush();
    }
    if ((events & coro::fd_ended) != 0) {
        end(wait::ended, TACTUS_OK);
    }
    if (has(wait::bytes) && (events & TACTUS_FD_READABLE) != 0) {
        read_now(); // this may be destroyed afterwards
    } else {
        renew_watch();
    }
}

void stream_socket::read_now() noexcept {
    if (!has(wait::bytes)) {
        return;
    }
    ssize_t came = 0;
    if (kind_ == kind::connection) {
        came = ::recv(fd_, into_.data(), into_.size(), MSG_DONTWAIT);
    } else {
        // Its flags are the plugin's, so a read could block if another reader was faster.
        pollfd ready{fd_, POLLIN, 0};
        const bool is_ready = ::poll(&ready, 1, 0) == 1;
        errno = cannot_be_watched_ ? EIO : EAGAIN;
        came = is_ready ? ::read(fd_, into_.data(), into_.size()) : -1;
    }
    if (came < 0) {
        if (would_block(errno)) {
            renew_watch();
        } else {
            gone();
        }
        return;
    }
    idle_.moved();
    operation* const done = std::exchange(waiting(wait::bytes), nullptr);
    reactor_.disarm(done->timer);
    renew_watch();
    done->list->finish(*done, TACTUS_OK, static_cast<std::uint64_t>(came));
}

void stream_socket::gone() noexcept {
    if (fd_ < 0) {
        return;
    }
    reactor_.unwatch(watch_);
    reactor_.disarm(readable_);
    idle_.stop();
    if (watch_.fd >= 0) {
        ::close(std::exchange(watch_.fd, -1));
    }
    if (kind_ == kind::connection) {
        --counts_.open;
    }
    fd_ = -1;
    buffer_.clear();
    end_all(TACTUS_E_CLOSED);
}

void stream_socket::was_idle() noexcept {
    counts_.refuse(base::refused::idle);
    gone();
}

} // namespace tactus::net
