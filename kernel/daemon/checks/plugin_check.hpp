// SPDX-License-Identifier: MIT
// The plugins' own checks of their options: each instance is created, configured and destroyed, in
// a separate environment where nothing starts. Also for a file with other errors: only valid
// instances are checked.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/checks/probe_environment.hpp"
#include "kernel/host/loading/catalog.hpp"

#include <cstdint>
#include <vector>

namespace tactus::daemon {

// The severity of an error whose option names a file (`*_file`) that this process cannot read: the
// file may exist, and be readable, only for the service.
enum class unreadable_file : std::uint8_t { is_error, is_warning };

// Runs plugin code. Its warnings are logged; blocks as long as it does. Warnings are those of
// unreadable files alone.
[[nodiscard]] std::vector<config::diagnostic>
check_plugins(const config::settings& settings, host::catalog& catalog,
              unreadable_file unreadable = unreadable_file::is_error);
// Some of them only, by their places in the settings. In that environment, which may have been made
// by another thread. Threads: one.
struct asked_instances {
    std::vector<std::uint16_t> inputs;
    std::vector<std::uint16_t> outputs;
};
[[nodiscard]] std::vector<config::diagnostic>
check_plugins(const config::settings& settings, host::catalog& catalog,
              const asked_instances& which, const probe_environment& in,
              unreadable_file unreadable = unreadable_file::is_error);

} // namespace tactus::daemon
