// SPDX-License-Identifier: MIT
// Endpoints of "tactus.stream/0" and "tactus.udp/0" as text and as system addresses, for TCP, UDP
// and unix sockets: the only place that turns one into the other. Names: see name_lookup.hpp.
//
//   endpoint := ("tcp" | "udp") "://" host ":" port | ("unix" | "unixgram") "://" absolute-path
//   host     := IPv4 | "[" IPv6 ["%" zone] "]" | name      port := 0..65535
//   zone     := a network interface of this machine, by its name or its number (RFC 4007)
//
// An IPv4 address inside IPv6 (::ffff:192.0.2.1) is treated as IPv4, both read and written.
#pragma once

#include "kernel/base/result.hpp"

#include <tactus/iface/stream.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace tactus::net {

struct stream_address {
    sockaddr_storage bytes{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* raw() const noexcept {
        return reinterpret_cast<const sockaddr*>(&bytes);
    }
    [[nodiscard]] sockaddr* raw() noexcept { return reinterpret_cast<sockaddr*>(&bytes); }
    [[nodiscard]] int family() const noexcept { return bytes.ss_family; }
};

enum class transport : std::uint8_t { tcp, udp, unix_stream };

// A parsed endpoint: an address, or a name that must be looked up first.
struct stream_endpoint {
    transport by = transport::tcp;
    std::string host; // a name; empty if `address` is known
    std::uint16_t port = 0;
    stream_address address;

    [[nodiscard]] bool needs_lookup() const noexcept { return !host.empty(); }
};

// Any endpoint except "unixgram://". Errors: invalid, if the text is no endpoint or the path is too
// long for the system; not_found, if this machine does not (now) have the zone's interface.
[[nodiscard]] result<stream_endpoint> parse_stream_endpoint(std::string_view text);
// A numeric "udp://" endpoint, or "unixgram:///path". Errors: the same; also invalid for a name.
[[nodiscard]] result<stream_address> parse_datagram_endpoint(std::string_view text);
// A host without brackets: "127.0.0.1", "::1", "fe80::1%eth0". Errors: the same.
[[nodiscard]] result<stream_address> parse_numeric_host(std::string_view host, std::uint16_t port);

// The number of the interface that an IPv6 address belongs to; 0 if it names none or needs none:
// the system requires one only for link-local addresses and groups.
[[nodiscard]] unsigned zone_of(const stream_address& address) noexcept;
[[nodiscard]] bool is_multicast(const stream_address& address) noexcept;
// "[::]". A socket bound to it also receives IPv4, see hear_both().
[[nodiscard]] bool is_any_ipv6(const stream_address& address) noexcept;
// For an IPv6 socket that is to be bound to `at`: "[::]" also takes IPv4, whatever the system's
// setting (net.ipv6.bindv6only), and all others take IPv6 only.
void hear_both(int fd, const stream_address& at) noexcept;

// The inverse: "tcp://127.0.0.1:9", "tcp://[fe80::1%eth0]:9", "unix:///path", "unix://" for an end
// without a path. A unix socket for datagrams (`by` is udp) is "unixgram:///path".
[[nodiscard]] std::string text_of(const stream_address& address, transport by = transport::tcp);
// As plugins see it: a unix socket's address is its family alone; size 0 if it is unknown.
[[nodiscard]] tactus_address plugin_address(const stream_address& address) noexcept;
[[nodiscard]] stream_address from_plugin(const tactus_address& address) noexcept;
// In place: an IPv4 host received through "[::]" becomes an IPv4 address. Others are unchanged.
void unmap(tactus_address& address) noexcept;
// Truncated if it does not fit, which cannot happen with these addresses.
void write_text(std::string_view text, tactus_endpoint_text& into) noexcept;

} // namespace tactus::net
