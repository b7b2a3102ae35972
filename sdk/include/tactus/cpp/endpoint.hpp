// SPDX-License-Identifier: MIT
// What a listening plugin must know of its own endpoint before it opens it: which parts it has, and
// whether other machines can reach it. Resolves nothing. Not for remote names.
//   endpoint = scheme "://" host ":" port      host = IPv4 | "[" IPv6 "]" | name
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <tactus/cpp/firewall.hpp>

namespace tactus {
inline namespace v0_1 {

class endpoint {
public:
    /// Errors: config_error at `key`, where the text is no endpoint.
    endpoint(std::string_view url, std::string_view key) {
        const std::size_t scheme_end = url.find("://");
        const std::size_t port_at = url.rfind(':');
        if (scheme_end == std::string_view::npos || port_at <= scheme_end) {
            refuse(url, key);
        }
        scheme_ = url.substr(0, scheme_end);
        host_ = url.substr(scheme_end + 3, port_at - scheme_end - 3);
        if (host_.size() > 2 && host_.front() == '[' && host_.back() == ']') {
            host_ = host_.substr(1, host_.size() - 2);
        }
        if (host_.empty() || !read_port(url.substr(port_at + 1))) {
            refuse(url, key);
        }
    }

    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& host() const noexcept { return host_; }
    std::uint16_t port() const noexcept { return port_; }

    /// The host is an address, not a name.
    bool is_numeric() const noexcept {
        in6_addr any{};
        return inet_pton(AF_INET, host_.c_str(), &any) == 1 ||
               inet_pton(AF_INET6, host_.c_str(), &any) == 1;
    }
    /// Only this machine can reach it: 127.0.0.0/8 or ::1. False for names, whatever they mean.
    bool is_loopback() const noexcept {
        in_addr v4{};
        if (inet_pton(AF_INET, host_.c_str(), &v4) == 1) {
            return ntohl(v4.s_addr) >> 24 == 127;
        }
        in6_addr v6{};
        return inet_pton(AF_INET6, host_.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
    }

private:
    [[noreturn]] static void refuse(std::string_view url, std::string_view key) {
        throw config_error(std::string(key), "\"" + std::string(url) +
                                                 "\" is no endpoint; expected one like "
                                                 "\"udp://127.0.0.1:9100\".");
    }
    bool read_port(std::string_view digits) noexcept {
        std::uint32_t port = 0;
        for (const char digit : digits) {
            if (digit < '0' || digit > '9' || port > 65535) {
                return false;
            }
            port = port * 10 + static_cast<std::uint32_t>(digit - '0');
        }
        port_ = static_cast<std::uint16_t>(port);
        return !digits.empty() && port <= 65535;
    }

    std::string scheme_;
    std::string host_;
    std::uint16_t port_ = 0;
};

} // namespace v0_1
} // namespace tactus
