// SPDX-License-Identifier: MIT
// The warnings of a configuration's check as lines of the log: for operators who read only that.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"

namespace tactus::daemon {

// Bounds: config::diagnostics_shown_max lines; one more gives the number of the rest.
void log_file_warnings(base::log& log, const config::loaded& file) noexcept;

} // namespace tactus::daemon
