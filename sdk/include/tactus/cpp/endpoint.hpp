// SPDX-License-Identifier: MIT
// What a plugin must know of an endpoint before it opens it: which parts it has, and whether other
// machines can reach it. Resolves nothing.
//   endpoint = scheme "://" host ":" port | ("unix" | "unixgram") "://" absolute-path
//   host     = IPv4 | "[" IPv6 "]" | name
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
        if (scheme_end == std::string_view::npos) {
            refuse(url, key);
        }
        scheme_ = url.substr(0, scheme_end);
        if (scheme_ == "unix" || scheme_ == "unixgram") {
            path_ = url.substr(scheme_end + 3);
            if (!path_.starts_with('/')) {
                refuse(url, key);
            }
            return;
        }
        const std::size_t port_at = url.rfind(':');
        if (port_at <= scheme_end) {
            refuse(url, key);
        }
        host_ = url.substr(scheme_end + 3, port_at - scheme_end - 3);
        if (host_.size() > 2 && host_.front() == '[' && host_.back() == ']') {
            host_ = host_.substr(1, host_.size() - 2);
        }
        if (host_.empty() || !read_port(url.substr(port_at + 1))) {
            refuse(url, key);
        }
    }

    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& host() const noexcept { return host_; } // empty where there is a path
    const std::string& path() const noexcept { return path_; }
    std::uint16_t port() const noexcept { return port_; }

    /// A connection; else datagrams.
    bool is_stream() const noexcept { return scheme_ != "udp" && scheme_ != "unixgram"; }
    bool is_unix() const noexcept { return !path_.empty(); }
    /// Nothing is left to look up.
    bool is_numeric() const noexcept {
        in6_addr any{};
        return is_unix() || inet_pton(AF_INET, host_.c_str(), &any) == 1 ||
               inet_pton(AF_INET6, host_.c_str(), &any) == 1;
    }
    /// Only this machine can reach it: 127.0.0.0/8, ::1, a path. False for names, whatever they
    /// mean.
    bool is_loopback() const noexcept {
        in_addr v4{};
        if (is_unix() || inet_pton(AF_INET, host_.c_str(), &v4) == 1) {
            return is_unix() || ntohl(v4.s_addr) >> 24 == 127;
        }
        in6_addr v6{};
        return inet_pton(AF_INET6, host_.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
    }
    /// A group that several hear: 224.0.0.0/4 or ff00::/8.
    bool is_multicast() const noexcept {
        in_addr v4{};
        in6_addr v6{};
        return (inet_pton(AF_INET, host_.c_str(), &v4) == 1 && IN_MULTICAST(ntohl(v4.s_addr))) ||
               (inet_pton(AF_INET6, host_.c_str(), &v6) == 1 && IN6_IS_ADDR_MULTICAST(&v6) != 0);
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
    std::string path_;
    std::uint16_t port_ = 0;
};

} // namespace v0_1
} // namespace tactus
