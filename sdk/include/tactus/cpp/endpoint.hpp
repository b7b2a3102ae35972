// SPDX-License-Identifier: MIT
// The properties of an endpoint that a plugin needs before it opens it: its parts, and whether
// other machines can reach it. Resolves nothing.
//   endpoint = scheme "://" host ":" port | ("unix" | "unixgram") "://" absolute-path
//            | "systemd://" name
// The last is a socket that the daemon was given. A plugin meets it in check() only, when a file is
// checked without the socket; a running instance gets the endpoint that the socket is bound to.
//   host     = IPv4 | "[" IPv6 ["%" zone] "]" | name      zone: numeric_host.hpp
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/cpp/decimal.hpp>
#include <tactus/cpp/firewall.hpp>
#include <tactus/cpp/localhost.hpp>
#include <tactus/cpp/numeric_host.hpp>

namespace tactus {
inline namespace v0_1 {

namespace detail {

/// "scheme://host:port", its parts as they stand; no part is checked.
struct endpoint_parts {
    std::string_view scheme;
    bool is_bracketed = false;
    std::string_view host;   // without brackets; empty if the closing one is missing
    std::string_view behind; // between the closing bracket and the port: nothing belongs there
    std::string_view port;
};

/// Returns nullopt if there is no "://", or no ':' after it.
constexpr std::optional<endpoint_parts> split_endpoint(std::string_view url) noexcept {
    constexpr std::string_view mark = "://";
    const std::size_t scheme_end = url.find(mark);
    const std::size_t port_at = url.rfind(':');
    if (scheme_end == std::string_view::npos || port_at <= scheme_end) {
        return std::nullopt;
    }
    endpoint_parts made;
    made.scheme = url.substr(0, scheme_end);
    made.host = url.substr(scheme_end + mark.size(), port_at - scheme_end - mark.size());
    made.port = url.substr(port_at + 1);
    made.is_bracketed = made.host.starts_with('[');
    if (made.is_bracketed) {
        const std::size_t end = made.host.find(']');
        const bool is_closed = end != std::string_view::npos;
        made.behind = is_closed ? made.host.substr(end + 1) : std::string_view();
        made.host = is_closed ? made.host.substr(1, end - 1) : std::string_view();
    }
    return made;
}

} // namespace detail

class endpoint {
public:
    /// Errors: config_error at `key`, if the text is not an endpoint.
    endpoint(std::string_view url, std::string_view key) {
        const std::size_t scheme_end = url.find("://");
        if (scheme_end == std::string_view::npos) {
            refuse(url, key);
        }
        scheme_ = url.substr(0, scheme_end);
        if (scheme_ == "unix" || scheme_ == "unixgram" || is_passed()) {
            path_ = url.substr(scheme_end + 3);
            if (is_passed() ? path_.empty() : !path_.starts_with('/')) {
                refuse(url, key);
            }
            return;
        }
        const std::optional<detail::endpoint_parts> parts = detail::split_endpoint(url);
        if (!parts.has_value()) {
            refuse(url, key);
        }
        host_ = parts->host;
        if (!parts->behind.empty()) {
            throw config_error(std::string(key),
                               "\"" + std::string(url) + "\": \"" + std::string(parts->behind) +
                                   "\" is unexpected between the address and the "
                                   "port; expected \"[" +
                                   host_ + "]:" + std::string(parts->port) + "\".");
        }
        numeric_ = numeric_host::parse(host_);
        if (host_.empty() || !read_port(parts->port)) {
            refuse(url, key);
        }
    }

    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& host() const noexcept { return host_; } // empty if there is a path
    const std::string& path() const noexcept { return path_; }
    std::uint16_t port() const noexcept { return port_; }

    /// Its transport and address are not known here; therefore they count as safe.
    bool is_passed() const noexcept { return scheme_ == "systemd"; }
    /// A connection; otherwise datagrams.
    bool is_stream() const noexcept { return scheme_ != "udp" && scheme_ != "unixgram"; }
    bool is_unix() const noexcept { return !path_.empty(); }
    /// There is no name to look up.
    bool is_numeric() const noexcept { return is_unix() || numeric_.has_value(); }
    /// Only this machine can reach it: 127.0.0.0/8, ::1, a path. False for names, whatever they
    /// resolve to.
    bool is_loopback() const noexcept {
        return is_unix() || (numeric_.has_value() && numeric_->is_loopback());
    }
    /// A group with several receivers: 224.0.0.0/4 or ff00::/8.
    bool is_multicast() const noexcept { return numeric_.has_value() && numeric_->is_multicast(); }
    /// The same transport, host and port; names are compared as text, not looked up.
    bool is_same_place(const endpoint& other) const noexcept {
        return scheme_ == other.scheme_ && path_ == other.path_ && port_ == other.port_ &&
               (host_ == other.host_ || (numeric_.has_value() && numeric_ == other.numeric_));
    }
    /// For code that opens a socket there and looks up no name. Errors: config_error at `key`,
    /// whose text shows what to write.
    void require_numeric(std::string_view key) const {
        if (is_numeric()) {
            return;
        }
        const std::string begin = "\"" + scheme_ + "://";
        const std::string end = ":" + std::to_string(port_) + "\"";
        const std::string text = begin + host_ + end;
        if (is_localhost(host_)) {
            throw config_error(std::string(key), text + " is a name for two addresses; write " +
                                                     begin + "127.0.0.1" + end + " for IPv4, " +
                                                     begin + "[::1]" + end +
                                                     " for IPv6, or both where a list is taken.");
        }
        throw config_error(std::string(key),
                           text + " is not a numeric address; expected one like " + begin +
                               "127.0.0.1" + end + " or " + begin + "[::1]" + end + ".");
    }

private:
    [[noreturn]] static void refuse(std::string_view url, std::string_view key) {
        throw config_error(std::string(key), "\"" + std::string(url) +
                                                 "\" is not an endpoint; expected one like "
                                                 "\"udp://127.0.0.1:9100\".");
    }
    bool read_port(std::string_view digits) noexcept {
        const std::optional<std::uint32_t> port = decimal(digits, 65535);
        port_ = static_cast<std::uint16_t>(port.value_or(0));
        return port.has_value();
    }

    std::string scheme_;
    std::string host_;
    std::string path_;
    std::uint16_t port_ = 0;
    std::optional<numeric_host> numeric_; // of host_
};

} // namespace v0_1
} // namespace tactus
