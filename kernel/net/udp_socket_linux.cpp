// SPDX-License-Identifier: MIT
#include "kernel/net/udp_socket.hpp"

#include "kernel/net/passed_sockets.hpp"

#include <tactus/iface/fd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::net {
namespace {

bool is_address(const tactus_address* address) noexcept {
    return address != nullptr && address->size != 0;
}

const sockaddr* as_sockaddr(const tactus_address& address) noexcept {
    return reinterpret_cast<const sockaddr*>(address.bytes);
}

bool is_internet(const tactus_address& address) noexcept {
    const sa_family_t family = as_sockaddr(address)->sa_family;
    return (family == AF_INET && address.size == sizeof(sockaddr_in)) ||
           (family == AF_INET6 && address.size == sizeof(sockaddr_in6));
}

std::string text_of(const tactus_address& address) {
    return text_of(from_plugin(address), transport::udp);
}

tactus_address unix_sender() noexcept {
    stream_address any;
    any.bytes.ss_family = AF_UNIX;
    return plugin_address(any);
}

std::string reason(std::string_view tried) {
    const int failure = errno;
    return std::string(tried) + ": " + std::strerror(failure) + ".";
}

} // namespace

result<std::unique_ptr<udp_socket>> udp_socket::open(coro::reactor& reactor,
                                                     const tactus_address* local,
                                                     const tactus_address* remote) {
    const tactus_address* either = is_address(local) ? local : remote;
    for (const tactus_address* each : {local, remote}) {
        if (is_address(each) && !is_internet(*each)) {
            return fail(error_kind::invalid, "A UDP address is neither IPv4 nor IPv6.");
        }
    }
    const bool may_be_passed = is_address(local) && !is_address(remote);
    const int passed = may_be_passed
                           ? passed_sockets::of_process().duplicate(SOCK_DGRAM, from_plugin(*local))
                           : -1;
    // With neither address it is for sending, and the system chooses its port.
    const int family = is_address(either) ? as_sockaddr(*either)->sa_family : AF_INET;
    const int fd =
        passed >= 0 ? passed : ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(error_kind::io, reason("A UDP socket could not be created"));
    }
    std::unique_ptr<udp_socket> made(new udp_socket(reactor, fd));
    made->tune();
    if (passed >= 0) {
        return made;
    }
    if (family == AF_INET6) {
        hear_both(fd, is_address(local) ? from_plugin(*local) : stream_address());
    }
    if (is_address(local) && ::bind(fd, as_sockaddr(*local), local->size) != 0) {
        return fail(error_kind::io, reason(text_of(*local) + " cannot be listened on"));
    }
    if (is_address(remote) && ::connect(fd, as_sockaddr(*remote), remote->size) != 0) {
        return fail(error_kind::io, reason(text_of(*remote) + " cannot be sent to"));
    }
    return made;
}

result<std::unique_ptr<udp_socket>> udp_socket::open(coro::reactor& reactor,
                                                     const udp_options& options,
                                                     std::function<void(std::string_view)> warn) {
    result<opened_udp> opened = open_udp(options);
    if (!opened) {
        return unexpected<error>(opened.error());
    }
    std::unique_ptr<udp_socket> made(new udp_socket(reactor, opened->fd));
    made->file_ = std::move(opened->file);
    made->is_unix_ = opened->is_unix;
    if (opened->is_unix) {
        made->sender_.send_each_by_itself();
    }
    made->tune();
    if (opened->is_member) {
        udp_socket* const self = made.get();
        made->group_ = std::make_unique<udp_group>(
            reactor, *opened, options,
            udp_group::listener{std::move(warn), [self](int fd) { self->replace(fd); }});
    }
    return made;
}

void udp_socket::tune() noexcept {
    ::setsockopt(watch_.fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    ::setsockopt(watch_.fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
}

// Waiting ops continue with the new socket.
void udp_socket::replace(int fd) noexcept {
    (void)overflows(); // the old socket's last count
    reactor_.unwatch(watch_);
    ::close(std::exchange(watch_.fd, fd));
    overflows_seen_ = 0;
    tune();
    renew_watch();
}

udp_socket::udp_socket(coro::reactor& reactor, int fd) noexcept : reactor_(reactor) {
    watch_.fd = fd;
    watch_.owner = this;
    watch_.ready = [](coro::fd_watch& watch, std::uint32_t events) noexcept {
        static_cast<udp_socket*>(watch.owner)->on_ready(events);
    };
}

udp_socket::~udp_socket() {
    reactor_.unwatch(watch_);
    ::close(watch_.fd);
    for (operation* op : {std::exchange(receiving_, nullptr), std::exchange(waiting_, nullptr)}) {
        if (op != nullptr) {
            op->list->finish_later(*op, TACTUS_E_CANCELED, 0);
        }
    }
}

bool udp_socket::local(tactus_address& address) const noexcept {
    socklen_t size = sizeof address.bytes;
    if (::getsockname(watch_.fd, reinterpret_cast<sockaddr*>(address.bytes), &size) != 0) {
        return false;
    }
    address.size = size == sizeof(sockaddr_in) || size == sizeof(sockaddr_in6) ? size : 0;
    unmap(address);
    return true;
}

bool udp_socket::start_receive(operation& op, tactus_datagram* datagrams,
                               std::uint32_t n) noexcept {
    if (receiving_ != nullptr || datagrams == nullptr || n == 0) {
        return false;
    }
    n = std::min(n, batch_max);
    // The system would refuse a null buffer again and again.
    if (std::any_of(datagrams, datagrams + n, [](const tactus_datagram& each) {
            return each.bytes == nullptr && each.capacity != 0;
        })) {
        return false;
    }
    receiving_ = &op;
    datagrams_ = datagrams;
    capacity_ = n;
    renew_watch();
    return true;
}

bool udp_socket::start_writable(operation& op) noexcept {
    if (waiting_ != nullptr) {
        return false;
    }
    waiting_ = &op;
    renew_watch();
    return true;
}

void udp_socket::abort(operation& op) noexcept {
    (receiving_ == &op ? receiving_ : waiting_) = nullptr;
}

void udp_socket::renew_watch() noexcept {
    const std::uint32_t events = (receiving_ != nullptr ? TACTUS_FD_READABLE : 0U) |
                                 (waiting_ != nullptr ? TACTUS_FD_WRITABLE : 0U);
    if (events != 0) {
        (void)reactor_.watch(watch_, events); // a socket can always be watched
    }
}

void udp_socket::on_ready(std::uint32_t events) noexcept {
    operation* received = nullptr;
    int count = 0;
    if (receiving_ != nullptr && (events & TACTUS_FD_READABLE) != 0) {
        count = receive();
        received = count > 0 ? std::exchange(receiving_, nullptr) : nullptr;
    }
    operation* writable =
        (events & TACTUS_FD_WRITABLE) != 0 ? std::exchange(waiting_, nullptr) : nullptr;
    renew_watch();
    // The socket may be destroyed after either of these.
    if (writable != nullptr) {
        writable->list->finish_later(*writable, TACTUS_OK, 0);
    }
    if (received != nullptr) {
        received->list->finish(*received, TACTUS_OK, static_cast<std::uint64_t>(count));
    }
}

// Returns how many datagrams were received; also 0 for an error, which belongs to an earlier send.
int udp_socket::receive() noexcept {
    for (std::uint32_t i = 0; i < capacity_; ++i) {
        tactus_datagram& into = datagrams_[i];
        const bool is_asked_for = (into.flags & TACTUS_UDP_WITHOUT_PEER) == 0;
        parts_[i] = {into.bytes, into.capacity};
        msghdr& header = headers_[i].msg_hdr;
        header.msg_iov = &parts_[i];
        header.msg_iovlen = 1;
        header.msg_name = is_asked_for ? into.peer.bytes : nullptr;
        header.msg_namelen = is_asked_for ? sizeof into.peer.bytes : 0;
    }
    const int count = receive_pieces();
    const std::int64_t now_ns = reactor_.clock().now_ns();
    for (int i = 0; i < count; ++i) {
        const mmsghdr& header = headers_[static_cast<std::size_t>(i)];
        tactus_datagram& got = datagrams_[i];
        got.size = header.msg_len;
        got.received_ns = now_ns;
        const socklen_t named = header.msg_hdr.msg_namelen;
        got.peer.size = named == sizeof(sockaddr_in) || named == sizeof(sockaddr_in6) ? named : 0;
        unmap(got.peer);
        if (is_unix_ && header.msg_hdr.msg_name != nullptr) {
            got.peer = unix_sender(); // a path, if there is one, is not passed on
        }
        got.truncated = (header.msg_hdr.msg_flags & MSG_TRUNC) != 0 ? 1 : 0;
    }
    return std::max(count, 0);
}

// 64 datagrams of 64 KiB take 0.7 ms to copy, during which no timed event is sent. So a few are
// taken first, and the rest in one call only if it is known to be small. The datagrams of
// one call are also processed in one turn of the loop, and all others that need the loop wait for
// that: where datagrams are large, each gets a turn of its own.
int udp_socket::receive_pieces() noexcept {
    std::uint32_t taken = 0;
    std::size_t bytes = 0;
    const std::uint32_t first = are_large_ ? 1 : piece;
    for (std::uint32_t most = first; taken < capacity_ && bytes < bytes_at_once;) {
        most = std::min(most, capacity_ - taken);
        const int count =
            ::recvmmsg(watch_.fd, headers_.data() + taken, most, MSG_DONTWAIT, nullptr);
        for (int i = 0; i < count; ++i) {
            bytes += headers_[taken + static_cast<std::size_t>(i)].msg_len;
        }
        taken += static_cast<std::uint32_t>(std::max(count, 0));
        are_large_ = taken > 0 && bytes / taken >= large_bytes;
        if (count < static_cast<int>(most) || are_large_) {
            break;
        }
        most = holds_little() ? batch_max : piece;
    }
    return static_cast<int>(taken);
}

// Bytes waiting in the socket, as the system counts them; a unix socket's count is the senders'.
bool udp_socket::holds_little() const noexcept {
    std::array<std::uint32_t, SK_MEMINFO_VARS> figures{};
    socklen_t size = sizeof figures;
    return !is_unix_ &&
           ::getsockopt(watch_.fd, SOL_SOCKET, SO_MEMINFO, figures.data(), &size) == 0 &&
           figures[SK_MEMINFO_RMEM_ALLOC] <= 4 * bytes_at_once;
}

// Source: Linux, net/core/sock.c, SO_MEMINFO (since 4.12).
std::uint64_t udp_socket::overflows() noexcept {
    std::array<std::uint32_t, SK_MEMINFO_VARS> figures{};
    socklen_t size = sizeof figures;
    if (::getsockopt(watch_.fd, SOL_SOCKET, SO_MEMINFO, figures.data(), &size) == 0) {
        const std::uint32_t total = figures[SK_MEMINFO_DROPS];
        overflows_ += total - std::exchange(overflows_seen_, total);
    }
    return overflows_;
}

} // namespace tactus::net
