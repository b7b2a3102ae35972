// SPDX-License-Identifier: MIT
// The text of `tactus explain`: each route, and why it takes an event or not. Pure.
#pragma once

#include "kernel/control/explain_report.hpp"

#include <string>

namespace tactus::cli {

[[nodiscard]] std::string explain_text(const control::explain_report& of);

// An event as event_text() writes it.
[[nodiscard]] std::string text_of(const control::event_bytes& of);

} // namespace tactus::cli
