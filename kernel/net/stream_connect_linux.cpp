// SPDX-License-Identifier: MIT
#include "kernel/net/stream_connect.hpp"

#include <tactus/iface/fd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace tactus::net {
namespace {

std::uint64_t reason_of(const found_addresses& found) noexcept {
    return TACTUS_STREAM_NAME_ERROR + static_cast<std::uint64_t>(std::abs(found.error));
}

// The system may give a socket the very port that it connects to, if that is a free one of its own
// range. Then nothing listens there, and the socket would take the port from its future listener.
bool is_itself(int fd) noexcept {
    stream_address here;
    stream_address there;
    here.size = sizeof here.bytes;
    there.size = sizeof there.bytes;
    return ::getsockname(fd, here.raw(), &here.size) == 0 &&
           ::getpeername(fd, there.raw(), &there.size) == 0 && here.family() != AF_UNIX &&
           here.size == there.size && std::memcmp(&here.bytes, &there.bytes, here.size) == 0;
}

} // namespace

stream_connect::stream_connect(coro::reactor& reactor, owner& owned_by, operation& op)
    : reactor_(reactor), owner_(owned_by), op_(op) {
    watch_.owner = this;
    watch_.ready = [](coro::fd_watch& watch, std::uint32_t) noexcept {
        static_cast<stream_connect*>(watch.owner)->on_ready();
    };
}

stream_connect::~stream_connect() {
    drop_attempt();
}

void stream_connect::drop_attempt() noexcept {
    if (watch_.fd >= 0) {
        reactor_.unwatch(watch_);
        ::close(std::exchange(watch_.fd, -1));
    }
}

void stream_connect::start(const stream_endpoint& to, lookup_line& line) {
    if (!to.needs_lookup()) {
        left_ = {to.address};
        try_next();
        return;
    }
    const auto answer = [](void* asker, found_addresses found) noexcept {
        auto& self = *static_cast<stream_connect*>(asker);
        self.left_ = std::move(found.addresses);
        std::reverse(self.left_.begin(), self.left_.end());
        self.reason_ = reason_of(found);
        self.try_next();
    };
    lookup_.ask(line, to, answer, this);
}

void stream_connect::try_next() noexcept {
    while (!left_.empty()) {
        const stream_address to = peer_ = left_.back();
        left_.pop_back();
        watch_.fd = ::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (watch_.fd >= 0) {
            const bool is_there = ::connect(watch_.fd, to.raw(), to.size) == 0;
            if (is_there || (errno == EINPROGRESS && reactor_.watch(watch_, TACTUS_FD_WRITABLE))) {
                if (is_there) {
                    owner_.connected(*this, std::exchange(watch_.fd, -1), 0);
                }
                return;
            }
        }
        reason_ = static_cast<std::uint64_t>(errno);
        drop_attempt();
    }
    owner_.connected(*this, -1, reason_);
}

void stream_connect::on_ready() noexcept {
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(watch_.fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure == 0 && is_itself(watch_.fd)) {
        failure = ECONNREFUSED;
    }
    if (failure == 0) {
        reactor_.unwatch(watch_);
        owner_.connected(*this, std::exchange(watch_.fd, -1), 0);
        return;
    }
    reason_ = static_cast<std::uint64_t>(failure);
    drop_attempt();
    try_next();
}

void stream_resolve::start(lookup_line& line) {
    const auto answer = [](void* asker, found_addresses found) noexcept {
        static_cast<stream_resolve*>(asker)->answered(found);
    };
    lookup_.ask(line, request_.of, answer, this);
}

void stream_resolve::answered(const found_addresses& found) noexcept {
    const auto n =
        std::min<std::uint32_t>(request_.n, static_cast<std::uint32_t>(found.addresses.size()));
    for (std::uint32_t i = 0; i < n; ++i) {
        write_text(text_of(found.addresses[i], request_.of.by), request_.found[i]);
    }
    owner_.resolved(*this, n, reason_of(found));
}

} // namespace tactus::net
