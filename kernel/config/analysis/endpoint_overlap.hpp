// SPDX-License-Identifier: MIT
// Whether two endpoints of one file connect on this machine: data sent to one arrives at the other.
// Compares addresses, and paths as the file system has them; queries no name server.
#pragma once

#include "kernel/config/endpoint.hpp"
#include "kernel/config/settings.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// The values of an instance's option, by name; empty if it has no such option of this type. Bounds:
// the instance has a descriptor.
[[nodiscard]] const std::vector<value>& values_of(const instance_settings& of, std::string_view key,
                                                  std::uint32_t type);

// The options with the endpoints that an instance listens on: "listen", and "reply_listen" unless
// its option "reply" is false. An instance may have neither. Bounds: as for values_of().
[[nodiscard]] std::vector<const char*> listening_options(const instance_settings& of);

// The endpoint with its host as canonical_host() writes it, its zone by name, and its path without
// "..", "//" and symbolic links, as far as it exists. Returns nothing if the text is no endpoint.
[[nodiscard]] std::optional<endpoint> comparable(const std::string& text);

// Whether a socket that listens there receives everything sent to `host`, at any address of this
// machine: 0.0.0.0 is all of IPv4, [::] all of IPv4 and IPv6. Both hosts are comparable().
[[nodiscard]] bool covers(const endpoint& listen, std::string_view host);

// Whether what is sent to `to` arrives at `listen`. Both are comparable(); `own`: the addresses of
// this machine, needed if `listen` is any address.
[[nodiscard]] bool reaches(const endpoint& to, const endpoint& listen,
                           std::span<const std::string> own);

// "fe80::1%2" as "fe80::1%eth0": interfaces also have numbers. Unchanged if there is none.
[[nodiscard]] std::string with_named_zone(std::string host);

// The addresses of this machine's interfaces, and their broadcast addresses, written as
// comparable() does; empty if the system does not report them.
[[nodiscard]] std::vector<std::string> own_addresses();

// The addresses a host name has on this machine, as far as known without a query: those in the file
// `hosts` (hosts(5)); for this machine's own name, if it is not in there, `own`. Empty for other
// names, and for addresses.
[[nodiscard]] std::vector<std::string> addresses_of(const std::string& name,
                                                    std::span<const std::string> own,
                                                    const std::string& hosts = "/etc/hosts");

} // namespace tactus::config
