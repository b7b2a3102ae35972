// SPDX-License-Identifier: MIT
// Hosts as text: addresses by inet_pton, and names. Only for the files of endpoints here. Looks
// nothing up.
#pragma once

#include <tactus/cpp/endpoint_parts.hpp>

#include <arpa/inet.h>
#include <optional>
#include <string>
#include <string_view>

namespace tactus::config {

// Nothing if it is no address of this family, or has a NUL in it: the system reads up to there.
template <class Address>
std::optional<Address> read_as(int family, std::string_view text) {
    Address out{};
    const bool is_one = text.find('\0') == std::string_view::npos &&
                        inet_pton(family, std::string(text).c_str(), &out) == 1;
    return is_one ? std::optional(out) : std::nullopt;
}

[[nodiscard]] inline std::optional<in_addr> ipv4_of(std::string_view text) {
    return read_as<in_addr>(AF_INET, text);
}

// Ignores its zone ("%eth0"), if there is one.
[[nodiscard]] inline std::optional<in6_addr> ipv6_of(std::string_view text) {
    return read_as<in6_addr>(AF_INET6, detail::split_zone(text).address);
}

[[nodiscard]] inline bool is_ipv6(std::string_view text) {
    const detail::zone_parts parts = detail::split_zone(text);
    return ipv6_of(text) && (!parts.has_zone || detail::is_zone(parts.zone));
}

// These exist on each link; therefore the system requires the link.
[[nodiscard]] inline bool needs_zone(const in6_addr& six) {
    return IN6_IS_ADDR_LINKLOCAL(&six);
}

[[nodiscard]] inline bool is_host(std::string_view text) {
    return ipv4_of(text) || detail::is_host_name(text);
}

} // namespace tactus::config
