// SPDX-License-Identifier: MIT
// Rejects what must not reach the TOML parser: bytes that are no text, endless lines, and
// characters beyond ASCII outside of quotes and comments. TOML refuses all of them, but toml++ 3.3
// has undefined behaviour on some (found by fuzzing), and typographic quotes deserve a better
// message. Called by document.cpp only.
#pragma once

#include "kernel/config/diagnostic.hpp"

#include <optional>
#include <string_view>

namespace tactus::config {

// Returns the first error, or nothing. Bounds: one pass over the text.
[[nodiscard]] std::optional<diagnostic> precheck(std::string_view text);

} // namespace tactus::config
