// SPDX-License-Identifier: MIT
#include "endpoint_rules.hpp"

#include <tactus/cpp/decimal.hpp>
#include <tactus/cpp/endpoint.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace tactus::testing {
namespace {

constexpr std::size_t name_max = 253; // RFC 1035, as text

bool is_path(std::string_view path) {
    return path.starts_with('/') && path.size() < sizeof(sockaddr_un{}.sun_path) &&
           path.find('\0') == std::string_view::npos;
}

bool is_name(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    };
    return !text.empty() && text.size() <= name_max &&
           text.find_first_not_of("0123456789.") != std::string_view::npos &&
           std::all_of(text.begin(), text.end(), fits);
}

template <class Sockaddr>
tactus_address stored(const Sockaddr& from) {
    tactus_address made{};
    made.size = sizeof from;
    std::memcpy(made.bytes, &from, sizeof from);
    return made;
}

} // namespace

parsed_endpoint endpoint_of(std::string_view text) {
    constexpr std::string_view by_path = "unix://";
    parsed_endpoint made;
    if (text.starts_with(by_path)) {
        made.kind =
            is_path(text.substr(by_path.size())) ? endpoint_kind::numeric : endpoint_kind::none;
        return made;
    }
    const std::optional<detail::endpoint_parts> parts = detail::split_endpoint(text);
    if (!parts.has_value() || !parts->behind.empty() || text.find('\0') != text.npos) {
        return made;
    }
    const std::optional<std::uint32_t> port = decimal(parts->port, 65535);
    const bool is_udp = parts->scheme == "udp";
    if (!port.has_value() || (!is_udp && parts->scheme != "tcp")) {
        return made;
    }
    if (parts->is_bracketed == (parts->host.find(':') != std::string_view::npos)) {
        made.numeric = numeric_host::parse(parts->host);
    }
    if (!made.numeric.has_value() && (parts->is_bracketed || !is_name(parts->host))) {
        return made;
    }
    made.host = parts->host;
    made.port = static_cast<std::uint16_t>(*port);
    made.kind = is_udp                     ? endpoint_kind::datagrams
                : made.numeric.has_value() ? endpoint_kind::numeric
                                           : endpoint_kind::by_name;
    return made;
}

tactus_address to_address(const numeric_host& host, std::uint16_t port) {
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
    six.sin6_scope_id = has_zone ? interface_number(host.zone()) : 0;
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
    return read.numeric.has_value() ? to_address(*read.numeric, 0) : address;
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
