// SPDX-License-Identifier: MIT
// The names of this machine that need no name server: localhost. Threads: any.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <string_view>

#include <strings.h>

namespace tactus {
inline namespace v0_1 {

/// "localhost", in any case. For access control: a browser resolves a name below localhost as its
/// system does, which may ask a server.
inline bool is_localhost(std::string_view host) noexcept {
    constexpr std::string_view name = "localhost";
    return host.size() == name.size() && strncasecmp(host.data(), name.data(), name.size()) == 0;
}

/// "localhost", or a name that ends in ".localhost", in any case, with or without the final dot:
/// this machine, whether or not its system knows the name. Source: RFC 6761, section 6.3.
inline bool is_in_localhost(std::string_view host) noexcept {
    host.remove_suffix(host.ends_with('.') ? 1 : 0);
    const std::size_t dot = host.rfind('.');
    return is_localhost(dot == std::string_view::npos ? host : host.substr(dot + 1)) && dot != 0;
}

} // namespace v0_1
} // namespace tactus
