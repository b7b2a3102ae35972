// SPDX-License-Identifier: MIT
// Shared by `run` and `check`: loads and checks a configuration, including its plugins' checks.
#pragma once

#include "kernel/config/load.hpp"
#include "kernel/daemon/daemon.hpp"
#include "kernel/host/catalog.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tactus::cli {

struct checked {
    std::unique_ptr<daemon::daemon> daemon; // nullptr if there are errors
    config::source_text source;
    std::vector<config::diagnostic> found; // errors and warnings, in the order of the file
};

// The catalog must outlive the daemon. Errors: in `found`.
// `change` adapts what was read before the daemon is made of it.
[[nodiscard]] checked load(const std::string& file, host::catalog& catalog,
                           const std::function<void(config::settings&)>& change = {});

} // namespace tactus::cli
