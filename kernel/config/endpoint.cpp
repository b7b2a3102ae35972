// SPDX-License-Identifier: MIT
#include "kernel/config/endpoint.hpp"

#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <net/if.h>
#include <optional>

namespace tactus::config {
namespace {

constexpr std::size_t host_max = 253; // RFC 1035, as text
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

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

std::optional<in_addr> ipv4_of(std::string_view text) {
    in_addr out{};
    const bool is_one = inet_pton(AF_INET, std::string(text).c_str(), &out) == 1;
    return is_one ? std::optional(out) : std::nullopt;
}

// The zone of "fe80::1%eth0"; nothing if there is no '%'.
std::optional<std::string_view> zone_in(std::string_view text) {
    const std::size_t at = text.find('%');
    return at == text.npos ? std::nullopt : std::optional(text.substr(at + 1));
}

// A valid network interface name: the system allows no blank and no '/' in it.
bool is_zone(std::string_view text) {
    return !text.empty() && text.size() < IF_NAMESIZE &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != 0x7f; }) &&
           text.find_first_of("/%[]") == text.npos;
}

// Ignores its zone ("%eth0"), if there is one.
std::optional<in6_addr> ipv6_of(std::string_view text) {
    in6_addr out{};
    const std::string address(text.substr(0, text.find('%')));
    const bool is_one = inet_pton(AF_INET6, address.c_str(), &out) == 1;
    return is_one ? std::optional(out) : std::nullopt;
}

bool is_ipv6(std::string_view text) {
    return ipv6_of(text) && is_zone(zone_in(text).value_or("none"));
}

// These exist on each link; therefore the system requires the link.
bool needs_zone(const in6_addr& six) {
    return IN6_IS_ADDR_LINKLOCAL(&six);
}

bool is_host(std::string_view text) {
    const bool is_numeric = text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (is_numeric) {
        return ipv4_of(text).has_value();
    }
    return text.size() <= host_max && std::all_of(text.begin(), text.end(), is_name_character) &&
           !text.starts_with('.') && !text.starts_with('-') &&
           text.find("..") == std::string_view::npos;
}

// Takes "[::1]" in front of ":9000". `head`: the text before the host.
result<std::string, complaint> take_brackets(std::string_view& rest, const std::string& head) {
    const std::size_t end = rest.find(']');
    const std::string host(rest.substr(1, end == std::string_view::npos ? end : end - 1));
    const std::optional<in6_addr> six = ipv6_of(host);
    if (end == std::string_view::npos || !six) {
        return wrong(quoted(rest) + " does not begin with an IPv6 address in brackets");
    }
    if (const std::optional<std::string_view> zone = zone_in(host); zone && !is_zone(*zone)) {
        return wrong(quoted(*zone) + " is not the name of a network interface", {},
                     "write the interface after the % of the IPv6 address, like [fe80::1%eth0]; "
                     "\"ip link\" lists the interfaces");
    }
    if (needs_zone(*six) && !zone_in(host)) {
        return wrong(quoted(host) + " is a link-local address without a network interface",
                     "add its interface, like \"" + head + "[" + host + "%eth0]\"",
                     "\"ip link\" lists the interfaces");
    }
    const std::string_view behind = rest.substr(end + 1);
    if (const std::string_view stray = behind.substr(0, behind.find(':')); !stray.empty()) {
        const std::string right =
            head + std::string(rest.substr(0, end + 1)) + std::string(behind.substr(stray.size()));
        return wrong(quoted(stray) + " is unexpected between the address and the port",
                     stray.size() < behind.size() ? "did you mean " + quoted(right) + "?"
                                                  : "expected a port, like \"" + right + ":9000\"");
    }
    rest = behind;
    return host;
}

// Takes the host, and leaves ":port" in `rest`.
result<std::string, complaint> take_host(std::string_view& rest, std::string_view scheme) {
    const std::string head = scheme.empty() ? "" : std::string(scheme) + std::string(mark);
    if (rest.starts_with('[')) {
        return take_brackets(rest, head);
    }
    const std::size_t colon = rest.find(':');
    if (colon != rest.rfind(':')) {
        const std::size_t last = rest.rfind(':');
        const std::string_view address = rest.substr(0, last);
        return wrong("an IPv6 address must be in brackets, like \"" + head + "[::1]:9000\"",
                     is_ipv6(address) ? "did you mean " +
                                            quoted(head + "[" + std::string(address) + "]" +
                                                   std::string(rest.substr(last))) +
                                            "?"
                                      : "");
    }
    const std::string host(rest.substr(0, colon));
    rest.remove_prefix(host.size());
    if (host.empty() || host == "*") {
        return wrong("the host before the port is missing", {},
                     "127.0.0.1 is this machine only; 0.0.0.0 is every network that it is on");
    }
    if (!is_host(host)) {
        return wrong(quoted(host) + " is not an address or a host name");
    }
    return host;
}

result<std::uint16_t, complaint> take_port(std::string_view rest, std::string_view host) {
    if (rest.empty()) {
        const bool is_six = host.find(':') != std::string_view::npos;
        return wrong("the port is missing", "add one, like \"" + std::string(is_six ? "[" : "") +
                                                escaped(host) + (is_six ? "]" : "") + ":9000\"");
    }
    rest.remove_prefix(1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || (digits < rest.size() && rest[digits] != '/')) {
        return wrong(quoted(rest) + " is not a port; expected 0 to 65535");
    }
    if (digits < rest.size()) {
        return wrong("nothing may follow the port; found " + quoted(rest.substr(digits)));
    }
    std::uint16_t port = 0;
    if (std::from_chars(rest.data(), rest.data() + digits, port).ec != std::errc()) {
        return wrong("port " + escaped(rest) + " is out of range; expected 0 to 65535");
    }
    return port;
}

result<endpoint, complaint> parse_unix(std::string_view scheme, std::string_view path) {
    if (!path.starts_with('/')) {
        return wrong(quoted(path) + " is not an absolute path", {},
                     "write a unix socket with three slashes, like " + std::string(scheme) +
                         ":///run/tactus/in.sock");
    }
    if (path.size() > unix_path_max) {
        return wrong("the path has " + std::to_string(path.size()) + " bytes; expected at most " +
                     std::to_string(unix_path_max));
    }
    return endpoint{std::string(scheme), {}, std::string(path), 0};
}

} // namespace

result<endpoint, complaint> parse_endpoint(std::string_view text,
                                           std::span<const std::string_view> schemes) {
    std::string_view rest = text;
    std::string_view scheme;
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos) {
        scheme = text.substr(0, at);
        rest.remove_prefix(at + mark.size());
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
    result<std::string, complaint> host = take_host(rest, scheme);
    if (!host) {
        return unexpected<complaint>(host.error());
    }
    result<std::uint16_t, complaint> port = take_port(rest, *host);
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
    return shortest.data() + (has_zone ? host.substr(std::min(host.find('%'), host.size())) : "");
}

bool is_loopback(std::string_view host) {
    if (const std::optional<in_addr> four = ipv4_of(host)) {
        return ntohl(four->s_addr) >> 24 == 127;
    }
    const std::optional<in6_addr> six = ipv6_of(host);
    return is_in_localhost(host) || (six && IN6_IS_ADDR_LOOPBACK(&*six) != 0);
}

} // namespace tactus::config
