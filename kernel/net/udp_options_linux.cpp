// SPDX-License-Identifier: MIT
#include "kernel/net/udp_options.hpp"

#include "kernel/net/passed_sockets.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::net {
namespace {

// Has size 0 if the text is empty.
result<stream_address> parse(std::string_view text) {
    return text.empty() ? result<stream_address>(stream_address()) : parse_datagram_endpoint(text);
}

unexpected<error> cannot_parse(std::string_view text, const error& why) {
    if (why.kind == error_kind::not_found) {
        return fail(error_kind::io, std::string(text) + " cannot be opened. " + why.text);
    }
    return fail(error_kind::invalid,
                "\"" + std::string(text) +
                    "\" is not a numeric endpoint for datagrams, like \"udp://127.0.0.1:9000\" or "
                    "\"unixgram:///run/x.sock\".");
}

bool set(int fd, int level, int name, int value) noexcept {
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

// An interface by the system's number, or by one of its IPv4 addresses.
struct device {
    unsigned index = 0;
    in_addr address{};
};

result<device> find_device(std::string_view text) {
    device found;
    const std::string name(text);
    if (name.empty() || ::inet_pton(AF_INET, name.c_str(), &found.address) == 1) {
        return found;
    }
    found.index = ::if_nametoindex(name.c_str());
    if (found.index == 0) {
        return fail(error_kind::invalid,
                    "There is no network interface \"" + name + "\" (\"ip link\" lists them).");
    }
    return found;
}

// The interface for the multicast addresses among the two: the options' device, or their zone.
result<device> device_of(const udp_options& options, const stream_address& local,
                         const stream_address& remote) {
    result<device> found = find_device(options.device);
    for (const stream_address& each : {local, remote}) {
        const unsigned zone = is_multicast(each) ? zone_of(each) : 0;
        if (!found || zone == 0) {
            continue;
        }
        if (found->index != 0 && found->index != zone) {
            return fail(error_kind::invalid,
                        text_of(each, transport::udp) + " names another network interface than \"" +
                            std::string(options.device) + "\"; leave one of the two out.");
        }
        found->index = zone;
    }
    return found;
}

// A link-local IPv6 group exists on each link, so the address must name the link.
stream_address on_link(stream_address address, const device& link) noexcept {
    if (address.family() == AF_INET6 && is_multicast(address)) {
        reinterpret_cast<sockaddr_in6&>(address.bytes).sin6_scope_id = link.index;
    }
    return address;
}

bool join(int fd, const stream_address& group, const device& on) noexcept {
    if (group.family() == AF_INET) {
        ip_mreqn wanted{};
        wanted.imr_multiaddr = reinterpret_cast<const sockaddr_in&>(group.bytes).sin_addr;
        wanted.imr_address = on.address;
        wanted.imr_ifindex = static_cast<int>(on.index);
        return ::setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &wanted, sizeof wanted) == 0;
    }
    ipv6_mreq wanted{};
    wanted.ipv6mr_multiaddr = reinterpret_cast<const sockaddr_in6&>(group.bytes).sin6_addr;
    wanted.ipv6mr_interface = on.index;
    return ::setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &wanted, sizeof wanted) == 0;
}

bool send_by(int fd, const stream_address& group, const device& on, std::uint32_t hops) noexcept {
    const int count = hops == 0 ? 1 : static_cast<int>(hops);
    if (group.family() == AF_INET) {
        ip_mreqn wanted{};
        wanted.imr_address = on.address;
        wanted.imr_ifindex = static_cast<int>(on.index);
        return ::setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &wanted, sizeof wanted) == 0 &&
               set(fd, IPPROTO_IP, IP_MULTICAST_TTL, count);
    }
    return set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(on.index)) &&
           set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, count);
}

result<void> bind(opened_udp& socket, const stream_address& at, const udp_options& options,
                  const device& on) {
    const std::string text(options.local);
    if (at.family() == AF_UNIX) {
        socket.file = std::make_unique<unix_path>();
        return socket.file->bind(socket.fd, at, SOCK_DGRAM, options.mode);
    }
    // Several programs may receive one group. Bound to the group, the socket receives only that.
    const bool is_group = is_multicast(at);
    if ((is_group && !set(socket.fd, SOL_SOCKET, SO_REUSEADDR, 1)) ||
        ::bind(socket.fd, at.raw(), at.size) != 0) {
        return cannot_listen(at, text);
    }
    if (is_group && !join(socket.fd, at, on)) {
        return cannot_listen(at, text);
    }
    socket.is_member = is_group;
    socket.device = on.index;
    return {};
}

result<void> connect(int fd, const stream_address& to, const udp_options& options,
                     const device& by) {
    set(fd, SOL_SOCKET, SO_BROADCAST, 1); // no effect if it is no broadcast address
    if ((is_multicast(to) && !send_by(fd, to, by, options.hops)) ||
        ::connect(fd, to.raw(), to.size) != 0) {
        const std::string why =
            errno == EPROTOTYPE
                ? "it is a socket for connections, not for datagrams; did you mean unix://?"
                : std::string(std::strerror(errno)) + ".";
        return fail(error_kind::io, std::string(options.remote) + " cannot be sent to: " + why);
    }
    return {};
}

struct close_at_failure {
    explicit close_at_failure(opened_udp& of) noexcept : socket(of) {}
    close_at_failure(const close_at_failure&) = delete;
    close_at_failure& operator=(const close_at_failure&) = delete;
    ~close_at_failure() {
        if (!is_good) {
            ::close(socket.fd);
        }
    }
    opened_udp& socket;
    bool is_good = false;
};

} // namespace

result<opened_udp> open_udp(const udp_options& options) {
    const result<stream_address> parsed_local = parse(options.local);
    const result<stream_address> parsed_remote = parse(options.remote);
    for (const auto& [text, parsed] :
         {std::pair(options.local, &parsed_local), {options.remote, &parsed_remote}}) {
        if (!parsed->has_value()) {
            return cannot_parse(text, parsed->error());
        }
    }
    const stream_address local = *parsed_local;
    const stream_address remote = *parsed_remote;
    if (local.size == 0 && remote.size == 0) {
        return fail(error_kind::invalid, "A UDP socket needs a local or a remote endpoint.");
    }
    const int family = (local.size != 0 ? local : remote).family();
    if (remote.size != 0 && remote.family() != family) {
        return fail(error_kind::invalid, std::string(options.local) + " and " +
                                             std::string(options.remote) +
                                             " are of different kinds.");
    }
    const result<device> by = device_of(options, local, remote);
    if (!by) {
        return unexpected<error>(by.error());
    }
    opened_udp made;
    made.is_unix = family == AF_UNIX;
    if (remote.size == 0) { // connected, the one that others hold would not be the same any more
        made.fd = passed_sockets::of_process().duplicate(SOCK_DGRAM, local);
    }
    if (made.fd >= 0) {
        return made;
    }
    made.fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made.fd < 0) {
        return fail(error_kind::io,
                    std::string("A socket could not be created: ") + std::strerror(errno) + ".");
    }
    close_at_failure guard(made);
    if (family == AF_INET6) {
        hear_both(made.fd, local);
    }
    result<void> done =
        local.size != 0 ? bind(made, on_link(local, *by), options, *by) : result<void>();
    if (done && remote.size != 0) {
        done = connect(made.fd, on_link(remote, *by), options, *by);
    }
    if (!done) {
        return unexpected<error>(done.error());
    }
    guard.is_good = true;
    return made;
}

membership look_at_group(const opened_udp& socket, const udp_options& options) noexcept {
    const result<stream_address> group = parse(options.local);
    const result<device> by =
        group ? device_of(options, *group, stream_address()) : result<device>(device());
    if (!group || !by) {
        return membership::away;
    }
    if (by->index != socket.device || join(socket.fd, on_link(*group, *by), *by)) {
        return membership::lost;
    }
    return errno == EADDRINUSE ? membership::held : membership::away;
}

} // namespace tactus::net
