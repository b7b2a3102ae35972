// SPDX-License-Identifier: MIT
// Endpoints of "tactus.stream/0" and "tactus.udp/0" as text and as the system's addresses: the one
// place in the host that reads and writes them. Looks no name up: that is name_lookup.hpp.
//
//   endpoint := ("tcp" | "udp") "://" host ":" port | ("unix" | "unixgram") "://" absolute-path
//   host     := IPv4 | "[" IPv6 ["%" zone] "]" | name      port := 0..65535
//   zone     := a network interface of this machine, by its name or its number (RFC 4007)
//
// An IPv4 address inside IPv6 (::ffff:192.0.2.1) is IPv4, read and written.
#pragma once

#include "kernel/base/result.hpp"

#include <tactus/iface/stream.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace tactus::host {

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
    std::string host; // a name; empty where `address` is known
    std::uint16_t port = 0;
    stream_address address;

    [[nodiscard]] bool needs_lookup() const noexcept { return !host.empty(); }
};

// An endpoint but "unixgram://". Errors: invalid, where the text is none or the path is longer than
// the system takes; not_found, where this machine does not have the zone's interface (now).
[[nodiscard]] result<stream_endpoint> parse_stream_endpoint(std::string_view text);
// A numeric "udp://" endpoint, or "unixgram:///path". Errors: the same; invalid for a name, too.
[[nodiscard]] result<stream_address> parse_datagram_endpoint(std::string_view text);
// A host without brackets: "127.0.0.1", "::1", "fe80::1%eth0". Errors: the same.
[[nodiscard]] result<stream_address> parse_numeric_host(std::string_view host, std::uint16_t port);

// The number of the interface that an IPv6 address belongs to; 0 where it names none, or needs
// none: the system asks for one of link-local addresses and groups only.
[[nodiscard]] unsigned zone_of(const stream_address& address) noexcept;
[[nodiscard]] bool is_multicast(const stream_address& address) noexcept;
// "[::]". A socket that is bound there hears IPv4 as well, see hear_both().
[[nodiscard]] bool is_any_ipv6(const stream_address& address) noexcept;
// For an IPv6 socket that is to be bound to `at`: "[::]" takes IPv4 too, whatever the system's
// setting (net.ipv6.bindv6only) says, and all others take IPv6 only.
void hear_both(int fd, const stream_address& at) noexcept;

// The way back: "tcp://127.0.0.1:9", "tcp://[fe80::1%eth0]:9", "unix:///path", "unix://" for an end
// without a path.
[[nodiscard]] std::string text_of(const stream_address& address, transport by = transport::tcp);
// As plugins see it: that of a unix socket is its family alone; size 0 where it is not known.
[[nodiscard]] tactus_address plugin_address(const stream_address& address) noexcept;
[[nodiscard]] stream_address from_plugin(const tactus_address& address) noexcept;
// In place: an IPv4 host that "[::]" heard is an IPv4 address. What else it is stays.
void unmap(tactus_address& address) noexcept;
// Cut where it does not fit, which no address of these is.
void write_text(std::string_view text, tactus_endpoint_text& into) noexcept;

} // namespace tactus::host
