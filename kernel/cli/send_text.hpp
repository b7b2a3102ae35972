// SPDX-License-Identifier: MIT
// What `tactus send` prints of what it sent. Pure.
#pragma once

#include "kernel/control/send_report.hpp"

#include <string>

namespace tactus::cli {

// What the routes did with it; empty if it was sent to an output.
[[nodiscard]] std::string sending_text(const control::send_report& of);
// What became of each delivery.
[[nodiscard]] std::string outcome_text(const control::outcome_report& of);

} // namespace tactus::cli
