// SPDX-License-Identifier: MIT
#include "kernel/config/endpoint.hpp"

#include "kernel/config/host_form.hpp"

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <optional>

namespace tactus::config {

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
