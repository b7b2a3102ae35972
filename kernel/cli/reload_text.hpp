// SPDX-License-Identifier: MIT
// What a reload has changed, or would change, for people. Pure.
#pragma once

#include "kernel/control/reload_report.hpp"

#include <string>

namespace tactus::cli {

[[nodiscard]] std::string reload_text(const control::reload_report& of);

} // namespace tactus::cli
