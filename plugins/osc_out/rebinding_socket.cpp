// SPDX-License-Identifier: MIT
#include "rebinding_socket.hpp"

#include <cstring>
#include <exception>

#include <netinet/in.h>
#include <sys/socket.h>

namespace osc_out {
namespace {

using tactus::udp_sent;
using tactus::udp_socket;

template <class Sockaddr>
Sockaddr read_as(const tactus_address& from) noexcept {
    Sockaddr made{};
    std::memcpy(&made, from.bytes, sizeof made);
    return made;
}

// Compares addresses without their ports. Returns false if one is unknown.
bool is_same_host(const tactus_address& one, const tactus_address& other) noexcept {
    if (one.size == sizeof(sockaddr_in) && other.size == one.size) {
        return read_as<sockaddr_in>(one).sin_addr.s_addr ==
               read_as<sockaddr_in>(other).sin_addr.s_addr;
    }
    if (one.size == sizeof(sockaddr_in6) && other.size == one.size) {
        const auto a = read_as<sockaddr_in6>(one);
        const auto b = read_as<sockaddr_in6>(other);
        return IN6_ARE_ADDR_EQUAL(&a.sin6_addr, &b.sin6_addr) && a.sin6_scope_id == b.sin6_scope_id;
    }
    return false;
}

} // namespace

bool is_outdated(const udp_socket& old, const udp_socket& fresh, const std::string& to) {
    const tactus::endpoint peer(to, "to");
    // A new unix socket has the same name. Multicast leaves by an interface's number, which changes
    // when the interface comes back, possibly with the same address.
    if (peer.is_unix() || peer.is_multicast()) {
        return true;
    }
    return !is_same_host(old.local(), fresh.local());
}

void rebinding_socket::open() {
    socket_ = make();
}

udp_socket rebinding_socket::make() const {
    const tactus::udp_options options{{}, to_, {}, 0, 0};
    return udp_socket::open(here_, options);
}

udp_sent rebinding_socket::send(std::span<const tactus_datagram> packets) noexcept {
    const udp_sent went = socket_.send(packets);
    if (went.status != TACTUS_E_IO || !renew()) {
        return went;
    }
    const udp_sent rest = socket_.send(packets.subspan(went.sent));
    return udp_sent(rest.status, went.sent + rest.sent);
}

// Returns false if the old socket stays: it is as good as a new one, or none can be made now.
bool rebinding_socket::renew() noexcept {
    if (here_.now() < next_attempt_) {
        return false;
    }
    next_attempt_ = here_.now() + pause;
    try {
        udp_socket fresh = make();
        const bool is_replaced = is_outdated(socket_, fresh, to_);
        if (is_replaced) {
            socket_ = std::move(fresh); // the old one is closed at the end of the scope
        }
        return is_replaced;
    } catch (const std::exception&) {
        return false; // no network at the moment
    }
}

} // namespace osc_out
