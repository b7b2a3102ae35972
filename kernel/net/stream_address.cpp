// SPDX-License-Identifier: MIT
#include "kernel/net/stream_address.hpp"

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/network_interface.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace tactus::net {
namespace {

template <class Sockaddr>
stream_address stored(const Sockaddr& from, std::size_t size = sizeof(Sockaddr)) noexcept {
    stream_address address;
    std::memcpy(&address.bytes, &from, size);
    address.size = static_cast<socklen_t>(size);
    return address;
}

error no_endpoint(std::string_view text) {
    return {error_kind::invalid, "\"" + std::string(text) +
                                     "\" is not an endpoint; expected one like "
                                     "\"udp://127.0.0.1:9000\" or \"udp://[fe80::1%eth0]:9000\"."};
}

unexpected<error> no_interface(std::string_view zone) {
    return fail(error_kind::not_found, "There is no network interface \"" + std::string(zone) +
                                           "\" (\"ip link\" lists them).");
}

result<stream_endpoint> parse_path(std::string_view path) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    if (!detail::is_socket_path(path)) {
        return unexpected<error>(no_endpoint(path));
    }
    std::memcpy(local.sun_path, path.data(), path.size());
    stream_endpoint made;
    made.by = transport::unix_stream;
    made.address = stored(local, offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return made;
}

// The interface's name; its number if it is gone meanwhile.
std::string text_of_interface(unsigned number) {
    const std::string name = interface_name(number);
    return name.empty() ? std::to_string(number) : name;
}

template <class Sockaddr>
Sockaddr read_as(const stream_address& from) noexcept {
    Sockaddr made{};
    std::memcpy(&made, &from.bytes, sizeof made);
    return made;
}

bool is_mapped(const stream_address& address) noexcept {
    const auto six = read_as<sockaddr_in6>(address);
    return six.sin6_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six.sin6_addr);
}

stream_address unmapped(const stream_address& address) noexcept {
    if (!is_mapped(address)) {
        return address;
    }
    const auto six = read_as<sockaddr_in6>(address);
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = six.sin6_port;
    std::memcpy(&four.sin_addr, &six.sin6_addr.s6_addr[12], sizeof four.sin_addr);
    return stored(four);
}

result<stream_address> parse_six(const std::string& host, std::uint16_t port) {
    const detail::zone_parts parts = detail::split_zone(host);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    if (::inet_pton(AF_INET6, std::string(parts.address).c_str(), &six.sin6_addr) != 1 ||
        (parts.has_zone && !detail::is_zone(parts.zone))) {
        return unexpected<error>(no_endpoint(host));
    }
    if (!parts.has_zone) {
        return unmapped(stored(six));
    }
    const unsigned number = interface_number(std::string(parts.zone));
    if (number == 0) {
        return no_interface(parts.zone);
    }
    if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr) || IN6_IS_ADDR_MULTICAST(&six.sin6_addr)) {
        six.sin6_scope_id = number; // the system ignores it for other addresses
    }
    return unmapped(stored(six));
}

result<stream_address> parse_four(const std::string& host, std::uint16_t port) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) {
        return unexpected<error>(no_endpoint(host));
    }
    return stored(four);
}

} // namespace

result<stream_address> parse_numeric_host(std::string_view host, std::uint16_t port) {
    const std::string text(host);
    if (text.find('\0') != std::string::npos) { // the system would only read up to there
        return unexpected<error>(no_endpoint(text));
    }
    return text.find(':') == std::string::npos ? parse_four(text, port) : parse_six(text, port);
}

result<stream_endpoint> parse_stream_endpoint(std::string_view text) {
    const detail::scheme_parts whole = detail::split_scheme(text);
    if (whole.scheme == "unix") {
        return parse_path(whole.rest);
    }
    const detail::authority_parts parts = detail::split_authority(whole.rest);
    const std::optional<std::uint16_t> port = parts.port_number();
    const bool is_udp = whole.scheme == "udp";
    if ((!is_udp && whole.scheme != "tcp") || !parts.is_well_formed() || !port.has_value()) {
        return unexpected<error>(no_endpoint(text));
    }
    stream_endpoint made;
    made.by = is_udp ? transport::udp : transport::tcp;
    made.port = *port;
    const result<stream_address> numeric = parse_numeric_host(parts.host, made.port);
    if (numeric.has_value()) {
        made.address = *numeric;
        return made;
    }
    if (numeric.error().kind == error_kind::not_found) {
        return unexpected<error>(numeric.error());
    }
    if (!detail::is_host_name(parts.host)) {
        return unexpected<error>(no_endpoint(text));
    }
    made.host = std::string(parts.host);
    return made;
}

result<stream_address> parse_datagram_endpoint(std::string_view text) {
    const detail::scheme_parts whole = detail::split_scheme(text);
    const bool is_unix = whole.scheme == "unixgram";
    if (!is_unix && whole.scheme != "udp") {
        return unexpected<error>(no_endpoint(text));
    }
    const result<stream_endpoint> parsed =
        is_unix ? parse_path(whole.rest) : parse_stream_endpoint(text);
    if (!parsed.has_value()) {
        return unexpected<error>(parsed.error());
    }
    return parsed->needs_lookup() ? unexpected<error>(no_endpoint(text))
                                  : result<stream_address>(parsed->address);
}

unsigned zone_of(const stream_address& address) noexcept {
    return address.family() == AF_INET6 ? read_as<sockaddr_in6>(address).sin6_scope_id : 0;
}

bool is_multicast(const stream_address& address) noexcept {
    if (address.family() == AF_INET) {
        return IN_MULTICAST(ntohl(read_as<sockaddr_in>(address).sin_addr.s_addr));
    }
    const auto six = read_as<sockaddr_in6>(address);
    return address.family() == AF_INET6 && IN6_IS_ADDR_MULTICAST(&six.sin6_addr);
}

bool is_any_ipv6(const stream_address& address) noexcept {
    const auto six = read_as<sockaddr_in6>(address);
    return address.family() == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&six.sin6_addr) != 0;
}

void hear_both(int fd, const stream_address& at) noexcept {
    const int is_only_six = is_any_ipv6(at) ? 0 : 1;
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &is_only_six, sizeof is_only_six);
}

std::string text_of(const stream_address& address, transport by) {
    if (address.family() == AF_UNIX || address.size == 0) {
        sockaddr_un local{};
        std::memcpy(&local, &address.bytes, std::min<std::size_t>(address.size, sizeof local));
        const std::size_t named = offsetof(sockaddr_un, sun_path);
        const std::size_t longest = address.size > named ? address.size - named : 0;
        const std::string kind = by == transport::udp ? "unixgram://" : "unix://";
        return kind + std::string(local.sun_path, ::strnlen(local.sun_path, longest));
    }
    const std::string scheme = by == transport::udp ? "udp://" : "tcp://";
    const stream_address plain = unmapped(address);
    std::array<char, INET6_ADDRSTRLEN> host{};
    if (plain.family() == AF_INET) {
        const auto four = read_as<sockaddr_in>(plain);
        ::inet_ntop(AF_INET, &four.sin_addr, host.data(), host.size());
        return scheme + host.data() + ":" + std::to_string(ntohs(four.sin_port));
    }
    const auto six = read_as<sockaddr_in6>(plain);
    ::inet_ntop(AF_INET6, &six.sin6_addr, host.data(), host.size());
    const std::string zone =
        six.sin6_scope_id == 0 ? "" : "%" + text_of_interface(six.sin6_scope_id);
    return scheme + "[" + host.data() + zone + "]:" + std::to_string(ntohs(six.sin6_port));
}

tactus_address plugin_address(const stream_address& address) noexcept {
    const stream_address plain = unmapped(address);
    tactus_address made{};
    const int family = plain.family();
    made.size = family == AF_INET    ? sizeof(sockaddr_in)
                : family == AF_INET6 ? sizeof(sockaddr_in6)
                : family == AF_UNIX  ? offsetof(sockaddr_un, sun_path)
                                     : 0;
    std::memcpy(made.bytes, &plain.bytes, made.size);
    return made;
}

stream_address from_plugin(const tactus_address& address) noexcept {
    stream_address made;
    made.size = static_cast<socklen_t>(std::min<std::size_t>(address.size, sizeof address.bytes));
    std::memcpy(&made.bytes, address.bytes, made.size);
    return made;
}

void unmap(tactus_address& address) noexcept {
    if (address.size == sizeof(sockaddr_in6)) {
        address = plugin_address(from_plugin(address));
    }
}

void write_text(std::string_view text, tactus_endpoint_text& into) noexcept {
    into = {};
    std::memcpy(into.text, text.data(), std::min(text.size(), sizeof into.text - 1));
}

} // namespace tactus::net
