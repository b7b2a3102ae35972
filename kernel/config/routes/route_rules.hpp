// SPDX-License-Identifier: MIT
// Which events a route takes and into what it turns them, from TOML to the flow's types. Part of
// topology.cpp. The keys are a public interface, documented in config/translation.md.
#pragma once

#include "kernel/config/routes/rule_fields.hpp"
#include "kernel/config/schema/check.hpp"
#include "kernel/config/settings.hpp"

#include <span>
#include <string>

namespace tactus::config {

[[nodiscard]] std::span<const rule_key> match_keys() noexcept;
[[nodiscard]] std::span<const rule_key> as_keys() noexcept;

// The keys of a route that are read here rather than by its options.
[[nodiscard]] std::span<const std::string_view> rule_tables() noexcept;

// The name of the route that is read, if it has a valid one that nothing before it in the file has;
// otherwise empty. `before`: with the route itself, not yet named.
[[nodiscard]] std::string read_route_name(checker& check, const values& own,
                                          const settings& before);

// Reads `match`, `as` and the address, which may be inside `match`. `own`: the route's options.
void read_rules(checker& check, const node& table, const values& own, route_settings& into);

// Reads all of `match` except the address, which read_rules reads. Bounds: a table.
void read_match(checker& check, const node& table, std::size_t wildcards, flow::event_filter& into);

// Bounds: `from` is the entry of `as`; it may be of any kind.
void read_as(checker& check, const entry& from, std::size_t wildcards,
             std::optional<flow::translation>& into);

} // namespace tactus::config
