// SPDX-License-Identifier: MIT
// The text of `tactus send` about an event. Pure.
#pragma once

#include "kernel/control/send_report.hpp"

#include <string>

namespace tactus::cli {

// The results at the routes; empty if it was sent to an output.
[[nodiscard]] std::string sending_text(const control::send_report& of);
// The result of each delivery.
[[nodiscard]] std::string outcome_text(const control::outcome_report& of);

} // namespace tactus::cli
