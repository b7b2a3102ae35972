// SPDX-License-Identifier: MIT
// An endpoint, or a part of one, taken apart as text. The kernel, the SDK and the test host read
// endpoints with these functions alone; each of them adds what it accepts: which schemes, whether a
// name may stand for an address, whether the port may be 0.
//   endpoint  = [scheme "://"] (authority | absolute-path)
//   authority = (IPv4 | name | "[" IPv6 ["%" zone] "]") [":" port]      port = 0 to 65535
// The views are parts of the text that was passed. Looks nothing up. Threads: any.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <tactus/cpp/decimal.hpp>

namespace tactus {
inline namespace v0_1 {
namespace detail {

constexpr std::size_t host_name_max = 253;   // bytes; RFC 1035, as text
constexpr std::size_t socket_path_max = 107; // bytes; sockaddr_un, without its NUL
constexpr std::size_t zone_max = 15;         // bytes; IF_NAMESIZE, without its NUL

struct scheme_parts {
    bool has_scheme = false; // there is a "://"
    std::string_view scheme;
    std::string_view rest; // the whole text if there is no scheme
};

constexpr scheme_parts split_scheme(std::string_view text) noexcept {
    constexpr std::string_view mark = "://";
    const std::size_t at = text.find(mark);
    return at == std::string_view::npos
               ? scheme_parts{false, {}, text}
               : scheme_parts{true, text.substr(0, at), text.substr(at + mark.size())};
}

struct authority_parts {
    bool is_bracketed = false;
    bool is_closed = true;   // false: the closing bracket is missing; `host` is all the rest
    std::string_view host;   // without brackets
    std::string_view behind; // between the closing bracket and the port: nothing belongs there
    bool has_port = false;   // there is a ':' after the host
    std::string_view port;

    /// The brackets are around IPv6 and around nothing else, and the port follows them directly.
    constexpr bool is_well_formed() const noexcept {
        const bool is_six = host.find(':') != std::string_view::npos;
        return is_closed && behind.empty() && is_bracketed == is_six;
    }
    /// Nullopt if there is none, or it is out of range.
    constexpr std::optional<std::uint16_t> port_number() const noexcept {
        const std::optional<std::uint32_t> number = decimal(port, 65535);
        return number.has_value() ? std::optional(static_cast<std::uint16_t>(*number))
                                  : std::nullopt;
    }
};

/// "host:port". The last ':' is that of the port, except in brackets.
constexpr authority_parts split_authority(std::string_view text) noexcept {
    authority_parts made;
    made.is_bracketed = text.starts_with('[');
    std::size_t colon = text.rfind(':');
    if (made.is_bracketed) {
        const std::size_t end = text.find(']');
        made.is_closed = end != std::string_view::npos;
        made.host = text.substr(1, made.is_closed ? end - 1 : end);
        text.remove_prefix(made.is_closed ? end + 1 : text.size());
        colon = text.find(':');
        made.behind = text.substr(0, colon);
    } else {
        made.host = text.substr(0, colon);
    }
    made.has_port = colon != std::string_view::npos;
    made.port = made.has_port ? text.substr(colon + 1) : std::string_view();
    return made;
}

struct zone_parts {
    std::string_view address;
    bool has_zone = false; // there is a '%'
    std::string_view zone;
};

/// "fe80::1%eth0".
constexpr zone_parts split_zone(std::string_view host) noexcept {
    const std::size_t at = host.find('%');
    return at == std::string_view::npos ? zone_parts{host, false, {}}
                                        : zone_parts{host.substr(0, at), true, host.substr(at + 1)};
}

/// What can be the name or the number of a network interface: the system allows no blank and no '/'
/// in a name.
constexpr bool is_zone(std::string_view text) noexcept {
    bool is_good = !text.empty() && text.size() <= zone_max;
    for (const char c : text) {
        is_good = is_good && static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != '/' &&
                  c != '%' && c != '[' && c != ']';
    }
    return is_good;
}

/// What may be looked up. Not digits and dots alone: that is an address, or a wrong one.
constexpr bool is_host_name(std::string_view text) noexcept {
    bool is_good = text.find_first_not_of("0123456789.") != std::string_view::npos &&
                   text.size() <= host_name_max && text.front() != '.' && text.front() != '-' &&
                   text.find("..") == std::string_view::npos;
    for (const char c : text) {
        is_good = is_good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
    }
    return is_good;
}

/// What a unix socket can be bound to.
constexpr bool is_socket_path(std::string_view text) noexcept {
    return text.starts_with('/') && text.size() <= socket_path_max &&
           text.find('\0') == std::string_view::npos;
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
