// SPDX-License-Identifier: MIT
#include "kernel/net/stream_listener.hpp"

#include "kernel/net/passed_sockets.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

namespace tactus::net {

result<std::unique_ptr<stream_listener>> stream_listener::open(coro::reactor& reactor,
                                                               connection_taker& taker,
                                                               const stream_address& at,
                                                               std::uint32_t mode) {
    const int passed = passed_sockets::of_process().duplicate(SOCK_STREAM, at);
    if (passed >= 0) { // it listens already
        return std::unique_ptr<stream_listener>(new stream_listener(reactor, taker, passed));
    }
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
            hear_both(fd, at);
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
    : taker_(taker), listening_(reactor, *this, fd) {}

stream_listener::~stream_listener() {
    if (operation* const ended = std::exchange(accepting_, nullptr); ended != nullptr) {
        ended->list->finish_later(*ended, TACTUS_E_CANCELED, 0);
    }
}

bool stream_listener::local(stream_address& address) const noexcept {
    address.size = sizeof address.bytes;
    return ::getsockname(listening_.fd(), address.raw(), &address.size) == 0;
}

bool stream_listener::start_accept(operation& op) noexcept {
    if (accepting_ != nullptr) {
        return false;
    }
    accepting_ = &op;
    listening_.want();
    return true;
}

void stream_listener::abort(operation& op) noexcept {
    if (accepting_ == &op) {
        accepting_ = nullptr;
        listening_.want_no_more();
    }
}

bool stream_listener::has_room() const noexcept {
    return taker_.has_room();
}

void stream_listener::take(int fd, std::span<const std::uint8_t> peer) noexcept {
    operation* const done = std::exchange(accepting_, nullptr);
    stream_address from;
    from.size = static_cast<socklen_t>(std::min(peer.size(), sizeof from.bytes));
    std::memcpy(&from.bytes, peer.data(), from.size);
    done->list->finish(*done, TACTUS_OK, taker_.take(fd, from)); // this may be destroyed afterwards
}

void stream_listener::shed() noexcept {
    taker_.refused(base::refused::limit);
}

void stream_listener::out_of_descriptors() noexcept {
    taker_.out_of_descriptors();
}

} // namespace tactus::net
