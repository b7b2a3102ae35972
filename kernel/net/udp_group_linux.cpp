// SPDX-License-Identifier: MIT
// Source: Linux, rtnetlink(7), ip(7) IP_ADD_MEMBERSHIP; net/ipv4/igmp.c: a socket's list keeps the
// memberships of interfaces that are gone, twenty at most.
#include "kernel/net/udp_group.hpp"

#include <tactus/iface/fd.h>

#include <array>
#include <cerrno>
#include <utility>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::net {
namespace {

constexpr int read_a_turn_max = 64;

// Opens a socket notified of interfaces and addresses that appear, change or disappear.
int open_watch() noexcept {
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

} // namespace

udp_group::udp_group(coro::reactor& reactor, const opened_udp& socket, const udp_options& options,
                     listener by)
    : reactor_(reactor), listener_(std::move(by)), local_(options.local), remote_(options.remote),
      device_(options.device), hops_(options.hops) {
    socket_.fd = socket.fd;
    socket_.device = socket.device;
    watch_.fd = open_watch();
    watch_.owner = this;
    watch_.ready = [](coro::fd_watch& watch, std::uint32_t) noexcept {
        static_cast<udp_group*>(watch.owner)->on_ready();
    };
    if (watch_.fd < 0 || !reactor_.watch(watch_, TACTUS_FD_READABLE)) {
        listener_.warn(local_ + " will not rejoin its multicast group if its interface disappears "
                                "and returns: the system does not report changes of interfaces.");
    }
}

udp_group::~udp_group() {
    reactor_.unwatch(watch_);
    if (watch_.fd >= 0) {
        ::close(watch_.fd);
    }
}

udp_options udp_group::options() const noexcept {
    return {local_, remote_, device_, hops_, 0};
}

// The messages' contents are ignored, and some may be lost: look() checks the actual state.
void udp_group::on_ready() noexcept {
    std::array<char, 8192> messages;
    for (int i = 0; i < read_a_turn_max; ++i) {
        const ssize_t size = ::recv(watch_.fd, messages.data(), messages.size(), MSG_DONTWAIT);
        if (size < 0 && errno != ENOBUFS && errno != EINTR) {
            break;
        }
    }
    look();
    (void)reactor_.watch(watch_, TACTUS_FD_READABLE); // a socket can always be watched
}

void udp_group::look() {
    const membership found = look_at_group(socket_, options());
    if (found == membership::held) {
        if (std::exchange(is_away_, false)) { // a missing address does not end a membership
            listener_.warn(local_ + " receives its multicast group again.");
        }
        return;
    }
    result<opened_udp> anew =
        found == membership::lost
            ? open_udp(options())
            : result<opened_udp>(fail(error_kind::io, "Its network interface does not exist."));
    if (anew) {
        socket_.fd = anew->fd;
        socket_.device = anew->device;
        is_away_ = false;
        listener_.replaced(anew->fd);
        listener_.warn(
            local_ +
            " has rejoined its multicast group, which it lost when its network interface changed.");
    } else if (!std::exchange(is_away_, true)) {
        listener_.warn(local_ + " may not receive its multicast group now. " + anew.error().text +
                       " It rejoins when the interface returns.");
    }
}

} // namespace tactus::net
