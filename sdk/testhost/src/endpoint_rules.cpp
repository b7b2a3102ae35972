// SPDX-License-Identifier: MIT
#include "endpoint_rules.hpp"

#include <tactus/cpp/decimal.hpp>
#include <tactus/cpp/endpoint_parts.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace tactus::testing {
namespace {

template <class Sockaddr>
tactus_address stored(const Sockaddr& from) {
    tactus_address made{};
    made.size = sizeof from;
    std::memcpy(made.bytes, &from, sizeof from);
    return made;
}

} // namespace

unsigned number_of_interface(const std::string& zone, const interface_numbers& scripted) {
    const auto known = scripted.find(zone);
    if (known != scripted.end()) {
        return known->second;
    }
    if (const unsigned number = interface_number(zone); number != 0) {
        return number;
    }
    const unsigned number = decimal(zone, UINT32_MAX).value_or(0);
    const auto has_number = [number](const auto& each) { return each.second == number; };
    return std::any_of(scripted.begin(), scripted.end(), has_number) ? number : 0;
}

bool is_zone_missing(const parsed_endpoint& of, const interface_numbers& scripted) {
    return of.numeric.has_value() && !of.numeric->zone().empty() &&
           number_of_interface(of.numeric->zone(), scripted) == 0;
}

parsed_endpoint endpoint_of(std::string_view text) {
    const detail::scheme_parts whole = detail::split_scheme(text);
    parsed_endpoint made;
    if (whole.scheme == "unix") {
        made.kind =
            detail::is_socket_path(whole.rest) ? endpoint_kind::numeric : endpoint_kind::none;
        return made;
    }
    const detail::authority_parts parts = detail::split_authority(whole.rest);
    const std::optional<std::uint16_t> port = parts.port_number();
    const bool is_udp = whole.scheme == "udp";
    if ((!is_udp && whole.scheme != "tcp") || !parts.is_well_formed() || !port.has_value()) {
        return made;
    }
    made.numeric = numeric_host::parse(parts.host);
    if (!made.numeric.has_value() && !detail::is_host_name(parts.host)) {
        return made;
    }
    made.host = parts.host;
    made.port = *port;
    made.kind = is_udp                     ? endpoint_kind::datagrams
                : made.numeric.has_value() ? endpoint_kind::numeric
                                           : endpoint_kind::by_name;
    return made;
}

tactus_address to_address(const numeric_host& host, std::uint16_t port, unsigned zone) {
    const std::string text = host.canonical();
    if (host.is_ipv4()) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        inet_pton(AF_INET, text.c_str(), &four.sin_addr);
        return stored(four);
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    inet_pton(AF_INET6, text.c_str(), &six.sin6_addr);
    const bool has_zone = IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr) || host.is_multicast();
    six.sin6_scope_id = has_zone ? zone : 0;
    return stored(six);
}

tactus_address address_of(const std::string& endpoint) {
    tactus_address address{};
    if (endpoint.starts_with("unix")) {
        const sa_family_t family = AF_UNIX;
        address.size = sizeof family;
        std::memcpy(address.bytes, &family, sizeof family);
        return address;
    }
    const parsed_endpoint read = endpoint_of(endpoint);
    if (!read.numeric.has_value()) {
        return address;
    }
    return to_address(*read.numeric, 0, interface_number(read.numeric->zone()));
}

std::string text_of(const tactus_address* address) {
    if (address == nullptr || address->size == 0) {
        return "";
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address->size == sizeof(sockaddr_in)) {
        sockaddr_in v4{};
        std::memcpy(&v4, address->bytes, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return "udp://" + std::string(text.data()) + ":" + std::to_string(ntohs(v4.sin_port));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, address->bytes, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    const std::string name = interface_name(v6.sin6_scope_id); // none if it is gone
    const std::string zone = v6.sin6_scope_id == 0 ? ""
                             : name.empty()        ? "%" + std::to_string(v6.sin6_scope_id)
                                                   : "%" + name;
    return "udp://[" + std::string(text.data()) + zone + "]:" + std::to_string(ntohs(v6.sin6_port));
}

} // namespace tactus::testing
