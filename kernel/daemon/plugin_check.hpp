// SPDX-License-Identifier: MIT
// What the plugins themselves say of their options: each instance is created, configured and
// destroyed, in an environment of its own where nothing starts. Also of a file that has other
// errors: only instances that are in order are asked.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/host/catalog.hpp"

#include <vector>

namespace tactus::daemon {

// Runs code of the plugins. Their warnings are logged; blocks as long as they do.
[[nodiscard]] std::vector<config::diagnostic> check_plugins(const config::settings& settings,
                                                            host::catalog& catalog);

} // namespace tactus::daemon
