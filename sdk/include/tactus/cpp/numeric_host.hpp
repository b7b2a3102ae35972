// SPDX-License-Identifier: MIT
// A host that needs no lookup, as endpoints and HTTP write it: to compare two of them, and to tell
// which machines it can mean. Opens nothing; the daemon opens sockets (iface/udp.h, stream.h).
//   host = IPv4 | IPv6 ["%" zone]      zone = a network interface, by name or number (RFC 4007)
// IPv4 inside IPv6 (::ffff:192.0.2.1) counts as IPv4.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/network_interface.hpp>

namespace tactus {
inline namespace v0_1 {

class numeric_host {
public:
    /// `text` has no brackets. Returns nullopt if it is not such a host, or its zone is
    /// none: empty, longer than 15 bytes, or with a blank, a '/', a '%' or a bracket in it.
    static std::optional<numeric_host> parse(std::string_view text) {
        numeric_host made;
        const detail::zone_parts parts = detail::split_zone(text);
        const std::string address(parts.address);
        if (address.find('\0') != std::string::npos) {
            return std::nullopt; // the system would read only up to there
        }
        if (!parts.has_zone && inet_pton(AF_INET, address.c_str(), made.four()) == 1) {
            made.is_ipv4_ = true;
            return made;
        }
        if (inet_pton(AF_INET6, address.c_str(), made.bytes_.data()) != 1 ||
            (parts.has_zone && !detail::is_zone(parts.zone))) {
            return std::nullopt;
        }
        made.zone_ = parts.zone;
        made.is_ipv4_ = IN6_IS_ADDR_V4MAPPED(made.six()) != 0;
        return made;
    }

    bool is_ipv4() const noexcept { return is_ipv4_; }
    /// 127.0.0.0/8 and ::1: only this machine can reach it.
    bool is_loopback() const noexcept {
        return is_ipv4_ ? bytes_[12] == 127 : IN6_IS_ADDR_LOOPBACK(six()) != 0;
    }
    /// 224.0.0.0/4 and ff00::/8.
    bool is_multicast() const noexcept {
        return is_ipv4_ ? bytes_[12] >> 4 == 14 : IN6_IS_ADDR_MULTICAST(six()) != 0;
    }
    /// Empty if it names none.
    const std::string& zone() const noexcept { return zone_; }
    /// Whether the zone is an interface that this machine does not have now.
    bool is_zone_missing() const noexcept { return !zone_.empty() && interface_number(zone_) == 0; }
    /// The one way to write it, without a zone: a zone is local to a machine; HTTP sends none.
    std::string canonical() const {
        std::array<char, INET6_ADDRSTRLEN> text{};
        return is_ipv4_ ? inet_ntop(AF_INET, &bytes_[12], text.data(), text.size())
                        : inet_ntop(AF_INET6, six(), text.data(), text.size());
    }
    /// The same host: the zone counts where the system uses it, for link-local and groups.
    friend bool operator==(const numeric_host& a, const numeric_host& b) noexcept {
        const bool is_by_zone = !a.is_ipv4_ && (IN6_IS_ADDR_LINKLOCAL(a.six()) || a.is_multicast());
        return a.is_ipv4_ == b.is_ipv4_ && a.bytes_ == b.bytes_ &&
               (!is_by_zone || a.zone_ == b.zone_ ||
                (!a.is_zone_missing() && !b.is_zone_missing() &&
                 interface_number(a.zone_) == interface_number(b.zone_)));
    }

private:
    numeric_host() noexcept { bytes_[10] = bytes_[11] = 0xff; } // IPv4, until it is IPv6

    std::uint8_t* four() noexcept { return &bytes_[12]; }
    const in6_addr* six() const noexcept {
        return reinterpret_cast<const in6_addr*>(bytes_.data());
    }

    alignas(in6_addr) std::array<std::uint8_t, sizeof(in6_addr)> bytes_{};
    bool is_ipv4_ = false;
    std::string zone_;
};

namespace detail {

/// The reason why an endpoint cannot be opened, if it is the zone; otherwise "".
inline std::string missing_interface(std::string_view endpoint) {
    const authority_parts parts = split_authority(split_scheme(endpoint).rest);
    const auto host = numeric_host::parse(parts.is_bracketed ? parts.host : std::string_view());
    return host.has_value() && host->is_zone_missing()
               ? "there is no network interface \"" + host->zone() + "\" (\"ip link\" lists them)"
               : "";
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
