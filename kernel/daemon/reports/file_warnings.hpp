// SPDX-License-Identifier: MIT
// The findings of a configuration's check as lines of the log: for operators who read only that.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/diagnostic.hpp"

#include <span>

namespace tactus::daemon {

// Each at its own level. Bounds: config::diagnostics_shown_max lines; one more gives the number of
// the rest. Each position's source is an index of `sources`.
void log_found(base::log& log, std::span<const config::diagnostic> found,
               std::span<const config::source_text> sources) noexcept;

} // namespace tactus::daemon
