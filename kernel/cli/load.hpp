// SPDX-License-Identifier: MIT
// Shared by the commands that read a configuration: loads and checks it, including its plugins'
// checks.
#pragma once

#include "kernel/cli/cli.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/checks/plugin_check.hpp"
#include "kernel/daemon/daemon.hpp"
#include "kernel/host/loading/catalog.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tactus::cli {

struct checked {
    std::unique_ptr<daemon::daemon> daemon; // nullptr if there are errors
    // The texts are right, and the system has no memory for the daemon: it may have later.
    bool lacks_memory = false;
    [[nodiscard]] int exit_code() const noexcept {
        return daemon != nullptr ? exit_ok : lacks_memory ? exit_failure : exit_config;
    }
    // The settings of the log, as far as the sources could be read; otherwise the defaults.
    config::log_settings log;
    std::vector<config::source_text> sources;
    std::vector<config::diagnostic> found; // errors and warnings, in the order of the sources
    std::string shown; // the merged configuration, if it was wanted and is valid
};

// The catalog must outlive the daemon. Errors: in `found`.
// `change`, if given, adapts what was read before the daemon is made of it.
[[nodiscard]] checked load(const config::source_list& list, host::catalog& catalog,
                           bool wants_shown = false,
                           const std::function<void(config::settings&)>& change = {},
                           daemon::unreadable_file unreadable = daemon::unreadable_file::is_error);

// The same of a text that has nothing but outputs. `path`: of a file, beside which its paths are.
[[nodiscard]] checked load_outputs(std::string text, std::string path, host::catalog& catalog,
                                   const std::function<void(config::settings&)>& change);

} // namespace tactus::cli
