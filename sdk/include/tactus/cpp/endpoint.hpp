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

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/firewall.hpp>
#include <tactus/cpp/localhost.hpp>
#include <tactus/cpp/numeric_host.hpp>

namespace tactus {
inline namespace v0_1 {

class endpoint {
public:
    /// Errors: config_error at `key`, if the text is not an endpoint.
    endpoint(std::string_view url, std::string_view key) {
        const detail::scheme_parts whole = detail::split_scheme(url);
        scheme_ = whole.scheme;
        if (scheme_ == "unix" || scheme_ == "unixgram" || is_passed()) {
            path_ = whole.rest;
            if (is_passed() ? path_.empty() : !detail::is_socket_path(path_)) {
                refuse(url, key);
            }
            return;
        }
        const detail::authority_parts parts = detail::split_authority(whole.rest);
        host_ = parts.host;
        if (whole.has_scheme && !parts.behind.empty() && parts.has_port) {
            throw config_error(std::string(key),
                               "\"" + std::string(url) + "\": \"" + std::string(parts.behind) +
                                   "\" is unexpected between the address and the "
                                   "port; expected \"[" +
                                   host_ + "]:" + std::string(parts.port) + "\".");
        }
        numeric_ = numeric_host::parse(host_);
        const std::optional<std::uint16_t> port = parts.port_number();
        if (!whole.has_scheme || !parts.is_well_formed() || !port.has_value() ||
            (!is_numeric() && !detail::is_host_name(host_))) {
            refuse(url, key);
        }
        port_ = *port;
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

    std::string scheme_;
    std::string host_;
    std::string path_;
    std::uint16_t port_ = 0;
    std::optional<numeric_host> numeric_; // of host_
};

} // namespace v0_1
} // namespace tactus
