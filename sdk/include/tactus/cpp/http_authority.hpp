// SPDX-License-Identifier: MIT
// How a client calls a server: the value of a Host header, or the text after the "://" of an
// Origin. Takes it apart; decides nothing about who may come.
//   authority = (name | IPv4 | "[" IPv6 ["%" zone] "]") [":" [port]]
// Source: RFC 9110 section 7.2, RFC 3986 section 3.2.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <optional>
#include <string>
#include <string_view>

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/numeric_host.hpp>

namespace tactus {
inline namespace v0_1 {

struct http_authority {
    std::string host;      // without the brackets of IPv6; not empty
    std::string_view port; // in the text that was parsed; empty if it has none, as "localhost:" too

    /// Returns nullopt if there is no host, the brackets are not those of IPv6, or something else
    /// than a port from 0 to 65535 follows it. Nothing else of the host is checked.
    static std::optional<http_authority> parse(std::string_view text) {
        const detail::authority_parts parts = detail::split_authority(text);
        const bool is_port = parts.port.empty() || parts.port_number().has_value();
        return !parts.host.empty() && parts.is_well_formed() && is_port
                   ? std::optional(http_authority{std::string(parts.host), parts.port})
                   : std::nullopt;
    }
};

/// The one way to write an address; nullopt for a name, and for a text that is neither. `text` has
/// no brackets.
inline std::optional<std::string> canonical_address(std::string_view text) {
    const std::optional<numeric_host> host = numeric_host::parse(text);
    return host.has_value() ? std::optional(host->canonical()) : std::nullopt;
}

} // namespace v0_1
} // namespace tactus
