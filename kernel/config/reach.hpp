// SPDX-License-Identifier: MIT
// Whether two endpoints of one file meet on this machine: what is sent to one comes in at the
// other. Compares addresses; looks no name up but localhost.
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

// With its host as canonical_host() writes it. Nothing where the text is no endpoint.
[[nodiscard]] std::optional<endpoint> comparable(const std::string& text);

// 0.0.0.0 or [::]: an input there hears all addresses of this machine.
[[nodiscard]] bool is_any_address(const endpoint& listen);

// Whether what is sent `to` comes in at `listen`. Both are comparable(); `own`: the addresses of
// this machine, needed where one listens on any.
[[nodiscard]] bool reaches(const endpoint& to, const endpoint& listen,
                           std::span<const std::string> own);

// The addresses of this machine's interfaces, written as comparable() does; none where the system
// does not tell them.
[[nodiscard]] std::vector<std::string> own_addresses();

} // namespace tactus::config
