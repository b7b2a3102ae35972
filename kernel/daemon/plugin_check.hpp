// SPDX-License-Identifier: MIT
// The plugins' own checks of their options: each instance is created, configured and destroyed, in
// a separate environment where nothing starts. Also for a file with other errors: only valid
// instances are checked.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/host/catalog.hpp"

#include <vector>

namespace tactus::daemon {

// Runs plugin code. Its warnings are logged; blocks as long as it does.
[[nodiscard]] std::vector<config::diagnostic> check_plugins(const config::settings& settings,
                                                            host::catalog& catalog);

} // namespace tactus::daemon
