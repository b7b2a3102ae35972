// SPDX-License-Identifier: MIT
// The plugins that a command finds: those of the folders that are searched, each opened in a child
// process first.
#pragma once

#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/loading/load_trial.hpp"

namespace tactus::cli {

[[nodiscard]] inline host::catalog installed_plugins() {
    return host::catalog(host::plugin_folders(), &host::try_to_load);
}

} // namespace tactus::cli
