// SPDX-License-Identifier: MIT
// The addresses and networks that may send, as a configuration lists them. A network filter, not a
// proof of identity: a UDP sender can write any address as its own.
//   entry = IPv4 ["/" 0..32] | IPv6 ["/" 0..128]
// IPv4 inside IPv6 (::ffff:192.0.2.1) counts as IPv4: an IPv6 entry does not match it.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <tactus/cpp/decimal.hpp>
#include <tactus/cpp/firewall.hpp>
#include <tactus/iface/udp.h>

namespace tactus {
inline namespace v0_1 {

class allow_list {
public:
    /// An empty list allows every sender.
    allow_list() = default;
    /// Errors: config_error at `key`, for an entry that is not a network.
    allow_list(std::span<const std::string> entries, std::string_view key) {
        for (const std::string& each : entries) {
            networks_.push_back(parse(each, key));
        }
    }

    bool is_empty() const noexcept { return networks_.empty(); }
    /// Unix sockets pass, since the permissions of their file decide. An unknown address (size 0)
    /// does not.
    bool allows(const tactus_address& from) const noexcept {
        return is_empty() || is_unix(from) || contains(from);
    }
    /// The same for an address that must be in the list, such as a destination.
    bool contains(const tactus_address& address) const noexcept {
        for (const network& each : networks_) {
            if (each.has(address)) {
                return true;
            }
        }
        return false;
    }

private:
    static constexpr unsigned mapped_bits = 96; // the prefix of IPv4 inside IPv6

    struct network {
        int family = AF_INET;
        std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
        unsigned bits = 0; // significant ones

        void unmap() noexcept {
            static constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0,    0,
                                                                 0, 0, 0, 0, 0xff, 0xff};
            if (family == AF_INET6 && bits >= mapped_bits &&
                std::memcmp(prefix.data(), bytes.data(), prefix.size()) == 0) {
                family = AF_INET;
                bits -= mapped_bits;
                std::memmove(bytes.data(), bytes.data() + prefix.size(), sizeof(in_addr));
            }
        }
        bool has(const tactus_address& from) const noexcept {
            sockaddr_in6 six{};
            sockaddr_in four{};
            const std::uint8_t* other = nullptr;
            if (family == AF_INET && from.size == sizeof four) {
                std::memcpy(&four, from.bytes, sizeof four);
                other = reinterpret_cast<const std::uint8_t*>(&four.sin_addr);
            } else if (from.size == sizeof six) {
                std::memcpy(&six, from.bytes, sizeof six);
                const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&six.sin6_addr) != 0;
                if (is_mapped != (family == AF_INET)) {
                    return false;
                }
                other = six.sin6_addr.s6_addr + (is_mapped ? mapped_bits / 8 : 0);
            } else {
                return false;
            }
            const std::size_t whole = bits / 8;
            const unsigned mask = 0xff00U >> bits % 8 & 0xffU;
            return std::memcmp(bytes.data(), other, whole) == 0 &&
                   (bits % 8 == 0 || ((bytes[whole] ^ other[whole]) & mask) == 0);
        }
    };

    static bool is_unix(const tactus_address& from) noexcept {
        sa_family_t family = AF_UNSPEC;
        if (from.size >= sizeof family) {
            std::memcpy(&family, from.bytes, sizeof family);
        }
        return family == AF_UNIX;
    }

    static network parse(const std::string& entry, std::string_view key) {
        network made;
        const std::size_t slash = entry.find('/');
        const std::string address = entry.substr(0, slash);
        made.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
        made.bits = made.family == AF_INET ? 32 : 128;
        bool is_right = address.find('\0') == std::string::npos && // inet_pton stops there
                        inet_pton(made.family, address.c_str(), made.bytes.data()) == 1;
        if (slash != std::string::npos) {
            const std::string_view digits = std::string_view(entry).substr(slash + 1);
            const std::optional<std::uint32_t> bits = decimal(digits, made.bits);
            is_right = is_right && bits.has_value();
            made.bits = bits.value_or(0);
        }
        if (!is_right) {
            throw config_error(std::string(key),
                               "\"" + entry +
                                   "\" is neither an address nor a network; expected "
                                   "one like \"127.0.0.1\" or "
                                   "\"192.168.0.0/16\".");
        }
        made.unmap();
        return made;
    }

    std::vector<network> networks_;
};

} // namespace v0_1
} // namespace tactus
