// SPDX-License-Identifier: MIT
// Whether two endpoints of one file meet on this machine: what is sent to one comes in at the
// other. Compares addresses, and paths as the file system has them; asks no server of names.
#pragma once

#include "kernel/config/endpoint.hpp"
#include "kernel/config/settings.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// The values of an option of an instance, by name; none where it has none of this type there.
// Bounds: the instance has a descriptor.
[[nodiscard]] const std::vector<value>& values_of(const instance_settings& of, std::string_view key,
                                                  std::uint32_t type);

// With its host as canonical_host() writes it and its zone by name, and its path without "..", "//"
// and symbolic links, as far as it is there. Nothing where the text is no endpoint.
[[nodiscard]] std::optional<endpoint> comparable(const std::string& text);

// Who listens there hears all that comes for `host`, whatever address of this machine that is:
// 0.0.0.0 is all of IPv4, [::] all of IPv4 and IPv6. Both hosts are comparable().
[[nodiscard]] bool covers(const endpoint& listen, std::string_view host);

// Whether what is sent `to` comes in at `listen`. Both are comparable(); `own`: the addresses of
// this machine, needed where one listens on any.
[[nodiscard]] bool reaches(const endpoint& to, const endpoint& listen,
                           std::span<const std::string> own);

// "fe80::1%2" as "fe80::1%eth0": interfaces have a number as well. As it is where there is none.
[[nodiscard]] std::string with_named_zone(std::string host);

// The addresses of this machine's interfaces, and those by which it hears a network's broadcasts,
// written as comparable() does; none where the system does not tell them.
[[nodiscard]] std::vector<std::string> own_addresses();

// What a host's name means on this machine, as far as it can be known without asking others: what
// the file `hosts` says (hosts(5)); of this machine's own name, where it says nothing, `own`. None
// of other names, and of addresses.
[[nodiscard]] std::vector<std::string> addresses_of(const std::string& name,
                                                    std::span<const std::string> own,
                                                    const std::string& hosts = "/etc/hosts");

} // namespace tactus::config
