// SPDX-License-Identifier: MIT
// How a client calls a server: the value of a Host header, or the text after the "://" of an
// Origin. Takes it apart; decides nothing about who may come.
//   authority = (name | IPv4 | "[" IPv6 ["%" zone] "]") [":" 0*5 digits]
// Source: RFC 9110 section 7.2, RFC 3986 section 3.2.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/cpp/numeric_host.hpp>

namespace tactus {
inline namespace v0_1 {

struct http_authority {
    std::string host;      // without the brackets of IPv6; not empty
    std::string_view port; // in the text that was parsed; empty if it has none, as "localhost:" too

    /// The host and port are separated, not checked. Returns nullopt if there is no host, or
    /// something else than a port follows it.
    static std::optional<http_authority> parse(std::string_view text) {
        const bool is_v6 = text.starts_with('[');
        const std::size_t colon = text.find(':');
        const std::size_t end = is_v6 ? text.find(']') : colon;
        if (is_v6 && end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view host = is_v6 ? text.substr(1, end - 1) : text.substr(0, end);
        std::string_view port = end == std::string_view::npos ? "" : text.substr(end);
        port.remove_prefix(is_v6 ? 1 : 0);
        if (host.empty() || (!port.empty() && port.front() != ':')) {
            return std::nullopt;
        }
        port.remove_prefix(port.empty() ? 0 : 1);
        const bool is_port = port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
        return is_port ? std::optional(http_authority{std::string(host), port}) : std::nullopt;
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
