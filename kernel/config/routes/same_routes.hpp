// SPDX-License-Identifier: MIT
// Which route of the settings that run a route of a file is: the one with its name. A route without
// a name is one that says the same, wherever that stands; else the one without a name that stood at
// its place. Pure.
#pragma once

#include "kernel/config/settings.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace tactus::config {

// For each route of the file, the place of the one that it is; none of them twice.
[[nodiscard]] std::vector<std::optional<std::size_t>>
find_same_routes(const std::vector<route_settings>& running,
                 const std::vector<route_settings>& file);

} // namespace tactus::config
