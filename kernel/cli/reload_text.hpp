// SPDX-License-Identifier: MIT
// The changes of a reload, made or only planned, for people. Pure.
#pragma once

#include "kernel/control/reload_report.hpp"

#include <string>

namespace tactus::cli {

[[nodiscard]] std::string reload_text(const control::reload_report& of);

} // namespace tactus::cli
