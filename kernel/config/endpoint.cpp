// SPDX-License-Identifier: MIT
#include "kernel/config/endpoint.hpp"

#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <optional>

namespace tactus::config {
namespace {

constexpr std::string_view mark = "://";

unexpected<complaint> wrong(std::string message, std::string hint = {}, std::string help = {}) {
    return unexpected<complaint>({std::move(message), std::move(hint), std::move(help)});
}

// The two words are too similar for a suggestion to explain the difference.
std::string about_kind(std::string_view scheme, std::span<const std::string_view> schemes) {
    const auto takes = [&](std::string_view one) {
        return std::find(schemes.begin(), schemes.end(), one) != schemes.end();
    };
    const bool is_other_kind =
        (scheme == "unix" && takes("unixgram")) || (scheme == "unixgram" && takes("unix"));
    return is_other_kind ? "unix:// is a socket for connections and unixgram:// is a socket for "
                           "datagrams; both ends must be of the same kind"
                         : "";
}

// Nothing if it is no address of this family, or has a NUL in it: the system reads up to there.
template <class Address>
std::optional<Address> read_as(int family, std::string_view text) {
    Address out{};
    const bool is_one = text.find('\0') == std::string_view::npos &&
                        inet_pton(family, std::string(text).c_str(), &out) == 1;
    return is_one ? std::optional(out) : std::nullopt;
}

std::optional<in_addr> ipv4_of(std::string_view text) {
    return read_as<in_addr>(AF_INET, text);
}

// Ignores its zone ("%eth0"), if there is one.
std::optional<in6_addr> ipv6_of(std::string_view text) {
    return read_as<in6_addr>(AF_INET6, detail::split_zone(text).address);
}

bool is_ipv6(std::string_view text) {
    const detail::zone_parts parts = detail::split_zone(text);
    return ipv6_of(text) && (!parts.has_zone || detail::is_zone(parts.zone));
}

// These exist on each link; therefore the system requires the link.
bool needs_zone(const in6_addr& six) {
    return IN6_IS_ADDR_LINKLOCAL(&six);
}

bool is_host(std::string_view text) {
    return ipv4_of(text) || detail::is_host_name(text);
}

// "[::1]" in front of ":9000". `text`: the whole authority; `head`: the text before it.
result<std::string, complaint> read_bracketed(const detail::authority_parts& parts,
                                              std::string_view text, const std::string& head) {
    const std::string host(parts.host);
    const std::optional<in6_addr> six = ipv6_of(host);
    if (!parts.is_closed || !six) {
        return wrong(quoted(text) + " does not begin with an IPv6 address in brackets");
    }
    const detail::zone_parts within = detail::split_zone(parts.host);
    if (within.has_zone && !detail::is_zone(within.zone)) {
        return wrong(quoted(within.zone) + " is not the name of a network interface", {},
                     "write the interface after the % of the IPv6 address, like [fe80::1%eth0]; "
                     "\"ip link\" lists the interfaces");
    }
    if (needs_zone(*six) && !within.has_zone) {
        return wrong(quoted(host) + " is a link-local address without a network interface",
                     "add its interface, like \"" + head + "[" + host + "%eth0]\"",
                     "\"ip link\" lists the interfaces");
    }
    if (!parts.behind.empty()) {
        const std::string right =
            head + "[" + host + "]" + (parts.has_port ? ":" + std::string(parts.port) : "");
        return wrong(quoted(parts.behind) + " is unexpected between the address and the port",
                     parts.has_port ? "did you mean " + quoted(right) + "?"
                                    : "expected a port, like \"" + right + ":9000\"");
    }
    return host;
}

result<std::string, complaint> read_host(const detail::authority_parts& parts,
                                         std::string_view text, std::string_view scheme) {
    const std::string head = scheme.empty() ? "" : std::string(scheme) + std::string(mark);
    if (parts.is_bracketed) {
        return read_bracketed(parts, text, head);
    }
    const std::string host(parts.host);
    if (host.find(':') != std::string::npos) {
        return wrong("an IPv6 address must be in brackets, like \"" + head + "[::1]:9000\"",
                     is_ipv6(host)
                         ? "did you mean " +
                               quoted(head + "[" + host + "]:" + std::string(parts.port)) + "?"
                         : "");
    }
    if (host.empty() || host == "*") {
        return wrong("the host before the port is missing", {},
                     "127.0.0.1 is this machine only; 0.0.0.0 is every network that it is on");
    }
    if (!is_host(host)) {
        return wrong(quoted(host) + " is not an address or a host name");
    }
    return host;
}

result<std::uint16_t, complaint> read_port(const detail::authority_parts& parts) {
    if (!parts.has_port) {
        return wrong("the port is missing",
                     "add one, like \"" + std::string(parts.is_bracketed ? "[" : "") +
                         escaped(parts.host) + (parts.is_bracketed ? "]" : "") + ":9000\"");
    }
    const std::string_view text = parts.port;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || (digits < text.size() && text[digits] != '/')) {
        return wrong(quoted(text) + " is not a port; expected 0 to 65535");
    }
    if (digits < text.size()) {
        return wrong("nothing may follow the port; found " + quoted(text.substr(digits)));
    }
    const std::optional<std::uint16_t> port = parts.port_number();
    return port ? result<std::uint16_t, complaint>(*port)
                : wrong("port " + escaped(text) + " is out of range; expected 0 to 65535");
}

result<endpoint, complaint> parse_unix(std::string_view scheme, std::string_view path) {
    if (!path.starts_with('/')) {
        return wrong(quoted(path) + " is not an absolute path", {},
                     "write a unix socket with three slashes, like " + std::string(scheme) +
                         ":///run/tactus/in.sock");
    }
    if (path.size() > detail::socket_path_max) {
        return wrong("the path has " + std::to_string(path.size()) + " bytes; expected at most " +
                     std::to_string(detail::socket_path_max));
    }
    if (!detail::is_socket_path(path)) {
        return wrong("the path contains a NUL character", "delete it");
    }
    return endpoint{std::string(scheme), {}, std::string(path), 0};
}

} // namespace

result<endpoint, complaint> parse_endpoint(std::string_view text,
                                           std::span<const std::string_view> schemes) {
    const auto [has_scheme, scheme, rest] = detail::split_scheme(text);
    if (has_scheme) {
        if (schemes.empty()) {
            return wrong("this setting takes a host and a port, without a scheme",
                         "did you mean " + quoted(rest) + "?");
        }
        if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) {
            return wrong("scheme " + quoted(scheme) + " is not accepted here; expected " +
                             listed(schemes, "or"),
                         did_you_mean(scheme, schemes), about_kind(scheme, schemes));
        }
    } else if (!schemes.empty()) {
        const std::string like(schemes.front());
        return wrong(quoted(text) + " has no scheme; expected an address that begins with " + like +
                         std::string(mark),
                     like == "unix" || text.empty()
                         ? ""
                         : "did you mean " + quoted(like + "://" + std::string(text)) + "?");
    }
    if (scheme == "unix" || scheme == "unixgram") {
        return parse_unix(scheme, rest);
    }
    const detail::authority_parts parts = detail::split_authority(rest);
    const result<std::string, complaint> host = read_host(parts, rest, scheme);
    if (!host) {
        return unexpected<complaint>(host.error());
    }
    const result<std::uint16_t, complaint> port = read_port(parts);
    if (!port) {
        return unexpected<complaint>(port.error());
    }
    return endpoint{std::string(scheme), *host, {}, *port};
}

bool is_host_name(std::string_view text) {
    return !text.empty() && (is_host(text) || is_ipv6(text));
}

bool is_numeric_address(std::string_view host) {
    return ipv4_of(host) || is_ipv6(host);
}

bool is_multicast(std::string_view host) {
    const std::optional<in_addr> four = ipv4_of(host);
    const std::optional<in6_addr> six = ipv6_of(host);
    return (four && IN_MULTICAST(ntohl(four->s_addr))) ||
           (six && IN6_IS_ADDR_MULTICAST(&*six) != 0);
}

std::string canonical_host(std::string host) {
    std::transform(host.begin(), host.end(), host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (host.ends_with('.') && !ipv4_of(host)) {
        host.pop_back(); // the DNS root
    }
    if (is_in_localhost(host)) {
        return "127.0.0.1";
    }
    std::array<char, INET6_ADDRSTRLEN> shortest{};
    const std::optional<in6_addr> six = ipv6_of(host);
    if (!six) {
        in_addr four{}; // "0x7f.1", as the system reads it
        return inet_aton(host.c_str(), &four) != 0
                   ? inet_ntop(AF_INET, &four, shortest.data(), shortest.size())
                   : host;
    }
    if (IN6_IS_ADDR_V4MAPPED(&*six)) {
        return inet_ntop(AF_INET, &six->s6_addr[12], shortest.data(), shortest.size());
    }
    inet_ntop(AF_INET6, &*six, shortest.data(), shortest.size());
    // The system uses the zone of these only.
    const bool has_zone = needs_zone(*six) || IN6_IS_ADDR_MULTICAST(&*six);
    const detail::zone_parts parts = detail::split_zone(host);
    return shortest.data() +
           (has_zone && parts.has_zone ? "%" + std::string(parts.zone) : std::string());
}

bool is_loopback(std::string_view host) {
    if (const std::optional<in_addr> four = ipv4_of(host)) {
        return ntohl(four->s_addr) >> 24 == 127;
    }
    const std::optional<in6_addr> six = ipv6_of(host);
    return is_in_localhost(host) || (six && IN6_IS_ADDR_LOOPBACK(&*six) != 0);
}

} // namespace tactus::config
