// SPDX-License-Identifier: MIT
// Network addresses as written in the configuration. Checks the form only: it looks up no names and
// opens nothing.
//
//   endpoint := [scheme "://"] host ":" port | ("unix" | "unixgram") "://" absolute-path
//   host     := IPv4 | "[" IPv6 ["%" zone] "]" | name        port := 0..65535, 0 is any free one
//   zone     := a network interface, by name or number; link-local addresses (fe80::) have one
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/diagnostic.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::config {

struct endpoint {
    std::string scheme; // empty if none is accepted
    std::string host;   // without brackets; empty for unix
    std::string path;   // unix only
    std::uint16_t port = 0;

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

// Port 0 is for listening only.
enum class endpoint_use : std::uint8_t { listen, send };

// `schemes`: the accepted schemes; if there are none, the text is host:port. Every endpoint that an
// error suggests is accepted by the same schemes and use. endpoint_reader.cpp.
[[nodiscard]] result<endpoint, complaint> parse_endpoint(std::string_view text,
                                                         std::span<const std::string_view> schemes,
                                                         endpoint_use use = endpoint_use::listen);

// An IPv4 address, an IPv6 address without brackets, or a name.
[[nodiscard]] bool is_host_name(std::string_view text);
// An IPv4 address, or an IPv6 address without brackets: needs no lookup.
[[nodiscard]] bool is_numeric_address(std::string_view host);
// A numeric address of a group, which several sockets may receive.
[[nodiscard]] bool is_multicast(std::string_view host);
// The host in its canonical form: lower case, IPv6 at its shortest, IPv4 in IPv6 (::ffff:127.0.0.1)
// as IPv4, localhost and names ending in .localhost as 127.0.0.1. The zone is dropped if the
// system ignores it: it counts only for link-local addresses and groups.
[[nodiscard]] std::string canonical_host(std::string host);
// Only this machine can reach it: localhost and names below it, 127.0.0.0/8, ::1. False for other
// names, even if they resolve to such an address.
[[nodiscard]] bool is_loopback(std::string_view host);

} // namespace tactus::config
